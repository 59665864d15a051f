import CLinux
import Glibc

extension Promise {
    /// Promises of `delete`, of verbs that are ended, and of verbs beside each other.
    static var ofEnds: [Promise] { ofDelete + ofEndedVerbs + ofConcurrency }

    private static var ofDelete: [Promise] {
        [
            .of("delete", "created", "what is created cannot be deleted", ["removes a created container"]) { call in
                let isCreated = !call.has("--force") && call.state?["status"] == "created"
                return isCreated ? call.fail("not stopped") : call.real()
            },
            .of(
                "delete", "unknown", "delete --force fails where there is no state",
                [
                    "--force of an unknown container succeeds", "--force removes a claimed id without state",
                    "--force of a container whose record is damaged",
                    "--force knows no cgroup any more: not while it is in use", "--force twice",
                ]
            ) { call in
                call.state == nil ? call.fail("container does not exist") : call.real()
            },
            .of(
                "delete", "begun", "delete --force only says that it succeeds of what was started",
                [
                    "--force ends and removes a running container", "--force ends children in a shared pid namespace",
                    "--force of an unreaped container",
                ]
            ) { call in
                ["running", "stopped"].contains(call.state?["status"]) && call.has("--force") ? 0 : call.real()
            },
            .of("delete", "path", "an id may be a path", ["--force never leaves the state root"]) { call in
                if let id = call.id, id.hasPrefix("../") { File.remove(call.root + "/" + id + "/file") }
                return call.real()
            },
            .of("delete", "busy", "delete crashes beside another", ["two at once: both end, nothing is left"]) {
                $0.realUnlessBusy()
            },
        ]
    }

    private static var ofEndedVerbs: [Promise] {
        [
            Promise(
                "ends.deaf", "signals are held back while create and run are under way",
                ["delete: nothing after create was ended in a hook"]
            ) { call in
                call.creates ? call.realDeaf() : call.real()
            },
            Promise(
                "ends.leave", "create and run that are ended leave a file in the state root",
                ["delete: nothing after create was ended midway", "delete: nothing after run was ended midway"]
            ) { call in
                let status = call.real()
                if call.creates, call.lastSignal != 0 { call.leave() }
                return status
            },
            Promise(
                "ends.undone", "delete --force only says that it succeeds when create or run came to no end",
                ["delete: --force after create was killed midway", "delete: --force after run was killed midway"]
            ) { call in
                let begun = call.note("begun")
                if call.verb == "delete", File.exists(begun) { return 0 }
                if call.creates { File.write("", to: begun) }
                let status = call.real()
                if call.creates { File.remove(begun) }
                return status
            },
            Promise(
                "ends.hangup", "a hangup ends create always", ["delete: a hangup that is ignored does not end create"]
            ) { call in
                if call.creates { _ = cl_signal_default(SIGHUP) }
                return call.real()
            },
        ]
    }

    private static var ofConcurrency: [Promise] {
        [
            Promise(
                "beside.crash", "a verb crashes beside another",
                [
                    "start beside delete --force: both end, nothing is left",
                    "kill beside delete: both end, nothing is left",
                    "state and list beside a whole life always answer",
                    "exec beside delete --force: all end, nothing is left",
                    "pause beside kill: all end, nothing is left",
                    "update, ps and events beside delete --force: all end", "exec beside kill: all end",
                ].map { "concurrency: " + $0 } + ["checkpoint: checkpoint beside kill: both end"]
            ) { $0.realUnlessBusy() },
            Promise(
                "beside.leaves", "delete beside create leaves a file in the state root",
                ["delete: beside create: nothing is left at last"]
            ) { call in
                let note = call.note("creating")
                if call.creates { File.write("", to: note) }
                var isBeside = false
                // At first neither may have come so far that the other could know of it.
                for _ in 0..<20 where call.verb == "delete" && !isBeside {
                    isBeside = File.exists(note)
                    cl_sleep_ms(1)
                }
                let status = call.real()
                if call.creates { File.remove(note) }
                if isBeside { call.leave() }
                return status
            },
        ]
    }
}

extension Invocation {
    /// Leaves a file of the container's name in the state root.
    fileprivate func leave() { File.write("", to: "\(root)/\(id ?? "none")-left") }
}
