extension Group {
    /// Every group, in the order in which they run.
    static var all: [Group] {
        [
            .create, .start, .state, .kill, .pause, .update, .delete, .run, .exec, .list, .ps, .events, .checkpoint,
            .mountsVerb, .spec,
            .features,
            .document,
            .pidFile,
            .containerID, .commandLine, .log, .verbErrors, .concurrency, .faults,
        ] + applied
    }
}
