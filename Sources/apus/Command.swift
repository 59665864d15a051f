internal import Runtime

/// The verbs.
enum Command: UInt8, CaseIterable {
    case create, run, exec, start, state, kill, pause, resume, update, delete, list, ps, events, checkpoint, restore,
        mounts, spec, features, help

    var name: StaticString {
        switch self {
        case .create: "create"
        case .run: "run"
        case .exec: "exec"
        case .start: "start"
        case .state: "state"
        case .kill: "kill"
        case .pause: "pause"
        case .resume: "resume"
        case .update: "update"
        case .delete: "delete"
        case .list: "list"
        case .ps: "ps"
        case .events: "events"
        case .checkpoint: "checkpoint"
        case .restore: "restore"
        case .mounts: "mounts"
        case .spec: "spec"
        case .features: "features"
        case .help: "help"
        }
    }

    /// What follows the verb and its flags.
    var operands: StaticString {
        switch self {
        case .create, .run, .start, .state, .pause, .resume, .update, .delete, .events, .checkpoint, .restore: "ID"
        case .kill: "ID [SIGNAL]"
        case .ps: "ID [PS OPTIONS]"
        case .exec: "ID PROGRAM [ARGUMENTS]"
        case .mounts: "add|remove ID FILE|-"
        case .help: "[VERB]"
        case .list, .spec, .features: ""
        }
    }

    /// How many operands there are at least and at most.
    var operandCount: ClosedRange<Int> {
        switch self {
        case .create, .run, .start, .state, .pause, .resume, .update, .delete, .events, .checkpoint, .restore: 1...1
        case .kill: 1...2
        case .ps, .exec: 1...Int.max
        case .mounts: 3...3
        case .help: 0...1
        case .list, .spec, .features: 0...0
        }
    }

    /// Whether what follows the id are words for another program, whatever they look like.
    var passesRestOn: Bool { self == .ps || self == .exec }

    /// What it does, in one line.
    var summary: StaticString {
        switch self {
        case .create: "make a container from a bundle, ready to start"
        case .run: "make a container, start it, wait for its end and delete it"
        case .exec: "run another program in a container"
        case .start: "start the program of a created container"
        case .state: "show the state of a container as JSON"
        case .kill: "send a signal to a container; TERM when none is named"
        case .pause: "freeze every process of a container"
        case .resume: "let the processes of a paused container run again"
        case .update: "change the limits of a container"
        case .delete: "remove a container that has stopped or was never started"
        case .list: "show the containers"
        case .ps: "show the processes of a container, as ps(1) does"
        case .events: "show as JSON what a container uses, until it stops"
        case .checkpoint: "write a running container to files, by criu(8), and stop it"
        case .restore: "make a running container of what checkpoint has written"
        case .mounts: "add mounts to a container or take them off, as a JSON array like /mounts of config.json says"
        case .spec: "write a config.json to begin with"
        case .features: "show as JSON what apus can do"
        case .help: "show how apus or a verb is used"
        }
    }

    /// Does it; answers the exit status.
    func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        switch self {
        case .create: try CreateCommand.perform(invocation)
        case .run: try RunCommand.perform(invocation)
        case .exec: try ExecCommand.perform(invocation)
        case .start: try StartCommand.perform(invocation)
        case .state: try StateCommand.perform(invocation)
        case .kill: try KillCommand.perform(invocation)
        case .pause: try PauseCommand.perform(invocation)
        case .resume: try ResumeCommand.perform(invocation)
        case .update: try UpdateCommand.perform(invocation)
        case .delete: try DeleteCommand.perform(invocation)
        case .list: try ListCommand.perform(invocation)
        case .ps: try PsCommand.perform(invocation)
        case .events: try EventsCommand.perform(invocation)
        case .checkpoint: try CheckpointCommand.perform(invocation)
        case .restore: try RestoreCommand.perform(invocation)
        case .mounts: try MountsCommand.perform(invocation)
        case .spec: try SpecCommand.perform(invocation)
        case .features: try FeaturesCommand.perform(invocation)
        case .help: try HelpCommand.perform(invocation)
        }
    }
}

/// A verb with what it was given.
struct Invocation {
    let command: Command
    let arguments: Arguments
    let options: GlobalOptions
    /// Collects what must be said if the verb succeeds.
    let warnings: Warnings
    /// The descriptor of the log file, which belongs to no container.
    let logDescriptor: Int32?

    /// The container's id.
    var id: String { arguments.positionals[0] }

    /// What the runtime's verbs are given.
    func context() throws(RuntimeError) -> Context { Context(root: try options.stateRoot(), warnings: warnings) }
}
