import CLinux
import Glibc

extension Mutant {
    /// Mutants of create, start, kill and delete where they succeed.
    static var lifecycle: [Mutant] { creations + starts + ends }

    private static var creations: [Mutant] {
        [
            Mutant(["runtime.scope.must-1"], "a container is not known after create") { call in
                if call.verb == "kill" || (call.verb == "delete" && !call.has("--force")) {
                    return call.fail("container does not exist")
                }
                return call.real()
            },
            .config("runtime.lifecycle.must-1", what: "hostname and mounts are left out") { config in
                config["hostname"] = nil
                config.dropMounts()
            },
            .config(
                "runtime.create.must-5",
                what: "hostname, sysctl, mounts, masks and read-only root are left out"
            ) { config in
                config["hostname"] = nil
                config["root", "readonly"] = nil
                config["linux", "sysctl"] = nil
                config["linux", "maskedPaths"] = nil
                config.dropMounts()
            },
            .verb(
                "create", "runtime.lifecycle.must-3", "runtime.create.must-4", what: "create only says that it succeeds"
            ) { _ in 0 },
            .verb("create", "runtime.lifecycle.must-4", "runtime.create.must-6", what: "create starts the program") {
                call in
                let status = call.real()
                if status == 0, let id = call.id { call.quietly("start", id) }
                return status
            },
            Mutant(["runtime.lifecycle.must-5"], "start reads config.json again", answer: readsAgain),
            .verb("create", "runtime.state.must-1", what: "create of a taken id replaces the container") { call in
                if let id = call.id, call.state != nil { call.quietly("delete", "--force", id) }
                return call.real()
            },
        ]
    }

    /// Makes the container anew, with the output that the first one had.
    private static func readsAgain(_ call: Invocation) -> Int32 {
        if call.verb == "create" {
            File.write(File.link("/proc/self/fd/1") ?? "", to: call.note("output"))
            return call.real()
        }
        guard call.verb == "start", let id = call.id, let output = File.text(call.note("output")),
            let bundle = call.state?["bundle"]?.string
        else { return call.real() }
        let file = cl_openat(AT_FDCWD, output, O_WRONLY | O_APPEND | O_CLOEXEC, 0)
        guard file >= 0 else { return call.real() }
        call.quietly("delete", "--force", id)
        _ = call.real(["create", "--bundle", bundle, id], output: file)
        return call.real()
    }

    private static var starts: [Mutant] {
        [
            .verb("start", "runtime.lifecycle.must-14", what: "start only says that it succeeds") { call in
                call.state?["status"] == "created" ? 0 : call.real()
            },
            .config("runtime.start.must-4", what: "empty arguments and the working directory are left out") { config in
                config.keep("process", "args") { $0 != "" && $0.string?.contains(" ") != true }
                config["process", "cwd"] = "/"
            },
        ]
    }

    private static var ends: [Mutant] {
        [
            .verb("kill", "runtime.kill.must-4", what: "kill sends another signal") { call in
                guard let id = call.id, call.operands.count > 1 else { return call.real() }
                return call.real(["kill", id, call.operands[1].hasSuffix("WINCH") ? "URG" : "WINCH"])
            },
            .verb("delete", "runtime.lifecycle.must-17", what: "delete only says that it succeeds") { call in
                call.has("--force") ? call.real() : 0
            },
            Mutant(["runtime.delete.must-4"], "delete leaves the cgroup and a directory in the state root") { call in
                let cgroup = call.verb == "delete" ? File.text(call.note("cgroup")) : nil
                let status = call.real()
                if call.creates, status == 0, let pid = call.state?["pid"]?.int, let path = Proc.cgroup(Int32(pid)) {
                    File.write(path, to: call.note("cgroup"))
                }
                if call.verb == "delete", status == 0, !call.has("--force"), let id = call.id {
                    if let cgroup, let tree = call.cgroups { File.makeDirectory(tree + cgroup) }
                    File.makeDirectory(call.root + "/" + id)
                }
                return status
            },
            .verb("delete", "runtime.delete.must-5", what: "delete removes a file of the image and a found cgroup") {
                call in
                let state = call.state
                let path = (state?["pid"]?.int).flatMap { Proc.cgroup(Int32($0)) }
                let configured = state?["bundle"]?.string.flatMap { File.text($0 + "/config.json") }
                    .flatMap { JSONReader.value($0)?["linux", "cgroupsPath"]?.string }
                let status = call.real()
                if status == 0, let bundle = state?["bundle"]?.string {
                    File.remove(bundle + "/rootfs/etc/hostname")
                    if let tree = call.cgroups, let cgroup = configured ?? path {
                        _ = cl_unlinkat(AT_FDCWD, tree + cgroup, AT_REMOVEDIR)
                    }
                }
                return status
            },
            .verb("create", "runtime.delete.may-1", what: "an id is never taken again") { call in
                if File.exists(call.note("used")) { return call.fail("container exists") }
                let status = call.real()
                if status == 0 { File.write("", to: call.note("used")) }
                return status
            },
        ]
    }
}

extension JSON {
    /// The places where the suite's plain configuration mounts something.
    static let plainMounts: [String] = (Config.base()["mounts"]?.elements ?? []).compactMap {
        $0["destination"]?.string
    }

    /// Takes all mounts out but the plain ones.
    mutating func dropMounts() {
        keep("mounts") { JSON.plainMounts.contains($0["destination"]?.string ?? "") }
    }
}
