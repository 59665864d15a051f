extension Group {
    /// Every group, in the order in which they run.
    static var all: [Group] {
        [
            .create, .start, .state, .kill, .delete, .run, .list, .spec, .features, .document, .pidFile, .containerID,
            .commandLine, .log,
        ] + applied
    }
}
