import Glibc

extension Promise {
    /// Promises of `pause` and `resume`, and of the other verbs on a container that is paused.
    static var ofFreezer: [Promise] {
        pauses + onPaused
            + ofFailures(
                "pause",
                failing: [
                    "pause: twice fails, without effect", "pause: of a stopped container fails",
                    "pause: of an unknown container fails", "pause: and resume need an id",
                    "pause: a process that cannot be frozen: an error, and all run on",
                ],
                harmless: ["pause: twice fails, without effect", "pause: of a stopped container fails"])
            + ofFailures(
                "resume",
                failing: [
                    "pause: resume of one that is not paused fails, without effect",
                    "pause: of a stopped container fails", "pause: of an unknown container fails",
                ], harmless: ["pause: resume of one that is not paused fails, without effect"])
    }

    private static var pauses: [Promise] {
        [
            .verb(
                "pause", "pause.acts", "pause only says that it succeeds",
                [
                    "pause: state says paused, then running again", "pause: nothing runs until resume",
                    "pause: stops every process, in cgroups below too",
                    "pause: stops a container that forks all the time",
                    "pause: of a created container: created again after resume", "pause: other signals wait for resume",
                    "delegated tree: pause and resume", "systemd lifecycle: pause and resume",
                ]
            ) { _ in 0 },
            .verb(
                "pause", "pause.all", "pause stops the first process only",
                ["pause: stops every process, in cgroups below too", "pause: state says paused, then running again"]
            ) { call in
                guard let pid = call.state?["pid"]?.int else { return call.real() }
                Proc.sendSignal(Int32(pid), SIGSTOP)
                return 0
            },
            .verb(
                "resume", "resume.acts", "resume only says that it succeeds",
                [
                    "pause: state says paused, then running again", "pause: nothing runs until resume",
                    "pause: of a created container: created again after resume", "pause: other signals wait for resume",
                    "delegated tree: pause and resume", "systemd lifecycle: pause and resume",
                ]
            ) { _ in 0 },
            Promise("pause.silent", "pause and resume say what they did", ["pause: says nothing when it succeeds"]) {
                call in
                if ["pause", "resume"].contains(call.verb) { File.write(Array("done\n".utf8), descriptor: 2) }
                return call.real()
            },
            Promise(
                "pause.at-once", "two at once crash",
                ["pause: four at once: paused, and none hangs", "pause: four resumes at once: running, and none hangs"]
            ) { call in
                ["pause", "resume"].contains(call.verb) ? call.realUnlessBusy() : call.real()
            },
        ]
    }

    private static var onPaused: [Promise] {
        [
            .verb(
                "start", "pause.start", "start resumes what is paused",
                ["pause: start of a paused container fails, without effect"]
            ) { call in
                if call.isPaused, let id = call.id { call.quietly("resume", id) }
                return call.real()
            },
            .verb(
                "kill", "pause.kill", "kill does not reach what is paused",
                ["pause: KILL ends a paused container", "pause: KILL --all ends a paused container"]
            ) { $0.isPaused ? 0 : $0.real() },
            .verb(
                "kill", "pause.other-signals", "a signal resumes what is paused",
                ["pause: other signals wait for resume"]
            ) { call in
                if call.isPaused, let id = call.id { call.quietly("resume", id) }
                return call.real()
            },
            .verb(
                "delete", "pause.delete", "delete removes what is paused",
                ["pause: delete of a paused container fails, without effect"]
            ) { call in
                call.isPaused ? call.real(["delete", "--force"] + call.words) : call.real()
            },
            .verb(
                "delete", "pause.delete-force", "delete --force leaves what is paused",
                ["pause: delete --force removes a paused container"]
            ) { $0.isPaused ? 0 : $0.real() },
        ]
    }
}
