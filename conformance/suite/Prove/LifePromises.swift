import CLinux
import Glibc

extension Promise {
    /// Promises of `start`, `state`, `kill` and `run`.
    static var ofLife: [Promise] { ofStart + ofState + ofKill + ofRun + ofRunning }

    private static var ofStart: [Promise] {
        [
            .of("start", "early", "start returns before the program runs", ["has run the program when it returns"]) {
                call in
                if fork() != 0 { return 0 }
                cl_sleep_ms(200)
                cl_exit(call.real())
                return 0
            },
            .of(
                "start", "short", "start fails when the program has ended already",
                ["of a program that ends at once succeeds", "of a short program under a filter succeeds"]
            ) { call in
                let status = call.real()
                cl_sleep_ms(100)
                return call.state?["status"] == "stopped" ? 1 : status
            },
            .of(
                "start", "waits", "start waits for a container that is killed",
                ["beside kill: ends, and the container stops"]
            ) { call in
                let status = call.real()
                cl_sleep_ms(200)
                while call.state?["status"] == "stopped" { cl_sleep_ms(1000) }
                return status
            },
            .verb(
                "start", "start.accepted", "start says that it succeeded whatever was wrong",
                [
                    "start: of a file that is no program fails", "start: of a script without its interpreter fails",
                    "start: fails when the filter kills execve", "start: of a program removed since create fails",
                    "process: without an interpreter, start fails", "process: in a foreign format, start fails",
                ]
            ) { call in
                _ = call.real()
                return 0
            },
        ]
    }

    private static var ofState: [Promise] {
        func state(_ name: String, _ breach: String, _ title: String, _ change: @escaping (inout JSON) -> Void)
            -> Promise
        {
            .verb("state", "state." + name, breach, ["state: " + title]) { $0.realAnswer(change) }
        }
        return [
            state("rootfs", "the root is relative", "has an absolute rootfs and an RFC 3339 time") {
                $0["rootfs"] = "rootfs"
            },
            state("time", "the time is a number", "has an absolute rootfs and an RFC 3339 time") { $0["created"] = 5 },
            state("now", "created says since when it is so", "keeps its time of creation") { state in
                state["created"] = state["status"] == "created" ? state["created"] : "2020-02-02T02:02:02Z"
            },
            .verb("state", "state.leaves", "state leaves a file in the state root", ["state: changes nothing"]) {
                call in
                File.write("", to: call.root + "/left")
                return call.real()
            },
        ]
    }

    private static var ofKill: [Promise] {
        [
            .of("kill", "default", "the signal is KILL when none is given", ["sends TERM when no signal is given"]) {
                call in
                call.real(["kill"] + call.words + (call.operands.count == 1 ? ["KILL"] : []))
            },
            .of("kill", "upper", "names are in upper case", ["takes lower case names"]) { call in
                let isLower = call.operands.dropFirst().contains { $0.contains { $0.isLowercase } }
                return isLower ? call.fail("unknown signal") : call.real()
            },
            .of("kill", "real-time", "there are no real-time signals", ["takes real-time signals by name and number"]) {
                call in
                let isReal = call.operands.dropFirst().contains { $0.contains("RT") || Int($0) ?? 0 > 31 }
                return isReal ? call.fail("unknown signal") : call.real()
            },
            .of("kill", "everybody", "every process gets the signal", ["sends to the container's process only"]) {
                call in
                call.real(["kill", "--all"] + call.words)
            },
            .of("kill", "stopped", "--all is passed over", ["--all of a stopped container succeeds"]) { call in
                call.real(["kill"] + call.words.filter { $0 != "--all" && $0 != "-a" })
            },
            .of("kill", "all", "kill --all only says that it succeeds", ["--all ends every process"]) { call in
                call.has("--all") ? 0 : call.real()
            },
            .of(
                "kill", "alone", "KILL ends the container's process alone",
                [
                    "--all ends every process of a shared pid namespace",
                    "KILL ends every process of a shared pid namespace",
                ]
            ) { call in
                guard call.operands.last == "KILL", let pid = call.state?["pid"]?.int else { return call.real() }
                Proc.sendSignal(Int32(pid), SIGKILL)
                return 0
            },
            .of("kill", "busy", "kill crashes beside another", ["four at once: none hangs"]) { $0.realUnlessBusy() },
            .of("kill", "insists", "what TERM does not end is killed", ["reaches a program that ignores the signal"]) {
                call in
                let status = call.real()
                cl_sleep_ms(50)
                if status == 0, call.operands.last == "TERM", let id = call.id { call.quietly("kill", id, "KILL") }
                return status
            },
        ]
    }
}

extension Promise {

    private static var ofRun: [Promise] {
        [
            .of("run", "status", "every failure is 1", ["gives the program's exit status"]) { $0.real() == 0 ? 0 : 1 },
            .of("run", "signal", "a signal's number is the status", ["gives 128 and the signal that ended the program"])
            {
                call in
                let status = call.real()
                return status > 128 ? status - 128 : status
            },
            .of("run", "streams", "standard output is standard error's", ["passes standard input, output and error"]) {
                call in
                call.real([call.verb] + call.words, output: 2)
            },
            .of("run", "kept", "run keeps the container", ["leaves nothing behind"]) {
                $0.real(["run", "--keep"] + $0.words)
            },
            .of("run", "again", "an id is taken once", ["takes 20 ids in a row"]) { call in
                if File.exists(call.note("used")) { return call.fail("container exists") }
                File.write("", to: call.note("used"))
                return call.real()
            },
            .of(
                "run", "leaves", "run leaves a process",
                ["ends what the program left running", "ends what it left in a shared pid namespace"]
            ) { call in
                let status = call.real()
                if fork() == 0 {
                    cl_sleep_ms(60_000)
                    cl_exit(0)
                }
                return status
            },
            .of("run", "keep", "--keep is passed over", ["keeps the container with --keep"]) { call in
                call.real(["run"] + call.words.filter { $0 != "--keep" })
            },
            .of(
                "run", "missing", "run of a missing program leaves a file in the state root",
                ["of a missing program fails and leaves nothing"]
            ) { call in
                let status = call.real()
                if status != 0 { File.write("", to: call.root + "/left") }
                return status
            },
            .of(
                "run", "accepted", "run is content without an id or a bundle",
                ["fails when the bundle is missing", "fails without an id"]
            ) { call in
                call.id == nil || !File.exists(call.bundle) ? 0 : call.real()
            },
        ]
    }

    private static var ofRunning: [Promise] {
        [
            .of("run", "detach", "run --detach does not start", ["detaches with --detach"]) { call in
                guard call.has("--detach") else { return call.real() }
                return call.real(["create"] + call.words.filter { $0 != "--detach" })
            },
            Promise("run.unknown", "state does not know what is run", ["run: is visible to state while it runs"]) {
                call in
                if call.verb == "run" { File.write("", to: call.note("run")) }
                return call.verb == "state" && File.exists(call.note("run")) ? call.fail("does not exist") : call.real()
            },
            .of("run", "deaf", "signals are not passed on", ["forwards signals to the program"]) { $0.realDeaf() },
            .of(
                "run", "endless", "run goes on when the container was killed",
                ["ends when another caller kills the container"]
            ) { call in
                let status = call.real()
                while status > 128 { cl_sleep_ms(1000) }
                return status
            },
            .of("run", "input", "standard input must be open", ["ignores a closed standard input"]) { call in
                var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
                _ = cl_poll(&input, 1, 0)
                return input.revents & Int16(POLLHUP) != 0 ? call.fail("no standard input") : call.real()
            },
        ]
    }
}
