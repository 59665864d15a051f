import CLinux
import Glibc

extension Promise {
    /// Promises of `list`, `spec` and `features`.
    static var ofListings: [Promise] { ofList + ofSpec + ofFeatures }

    private static var ofList: [Promise] {
        let every = [
            "shows each container with its status", "--format json is an array of states", "--quiet prints the ids",
            "passes over a broken entry",
        ]
        return [
            .of("list", "nothing", "list shows nothing", every) { _ in 0 },
            .of(
                "list", "status", "every container runs",
                ["shows each container with its status", "--format json is an array of states"]
            ) { call in
                let (status, text) = call.answer([call.verb] + call.words)
                var words = text
                for status in ["created", "stopped"] {
                    for (before, after) in [(" ", " "), ("\"status\": \"", "\""), ("\"status\":\"", "\"")] {
                        words = words.split(separator: before + status + after, omittingEmptySubsequences: false)
                            .joined(separator: before + "running" + after)
                    }
                }
                File.write(Array(words.utf8), descriptor: 1)
                return status
            },
            .of("list", "quiet", "--quiet is passed over", ["--quiet prints the ids"]) { call in
                call.real([call.verb] + call.words.filter { $0 != "-q" && $0 != "--quiet" })
            },
            .of("list", "empty", "there must be a container", ["of an empty state root"]) { call in
                File.list(call.root)?.isEmpty == true ? call.fail("no containers") : call.real()
            },
            Promise("list.remembers", "list remembers what was deleted", ["list: forgets what was deleted"]) { call in
                if call.creates, let id = call.id { File.write(id, to: call.memory + "/last") }
                let status = call.real()
                if call.verb == "list", let id = File.text(call.memory + "/last"), !File.exists(call.root + "/" + id) {
                    File.write(Array((id + "\n").utf8), descriptor: 1)
                }
                return status
            },
            .of("list", "format", "an unknown format is the table", ["fails for an unknown format"]) { call in
                let known = ["json", "table", nil].contains(call.option("--format"))
                return known ? call.real() : call.real([call.verb] + call.words(without: ["--format"]))
            },
            .of("list", "broken", "a broken entry hides the others", ["passes over a broken entry"]) { call in
                let isBroken = (File.list(call.root) ?? []).contains { call.quietly("state", $0) != 0 }
                return isBroken ? call.fail("a broken container") : call.real()
            },
            .of("list", "leaves", "list leaves a file in the state root", ["changes nothing"]) { call in
                File.write("", to: call.root + "/left")
                return call.real()
            },
        ]
    }

    private static var ofSpec: [Promise] {
        [
            .of(
                "spec", "nothing", "spec writes nothing",
                ["writes a config.json into the working directory", "writes into --bundle"]
            ) {
                _ in 0
            },
            .of("spec", "answer", "spec says what it should write", ["writes a config.json into the working directory"])
            {
                call in
                let status = call.real()
                File.write(File.bytes(call.bundle + "/config.json") ?? [], descriptor: 1)
                return status
            },
            .of(
                "spec", "less", "spec leaves out what is required",
                ["names everything that is required", "writes a bundle that runs"]
            ) { call in
                let status = call.real()
                if status == 0, var config = call.config {
                    config["ociVersion"] = nil
                    config["root"] = nil
                    config["linux", "namespaces"] = nil
                    File.write(config.pretty, to: call.bundle + "/config.json")
                }
                return status
            },
            .of(
                "spec", "anew", "spec writes anew what is there",
                ["never overwrites a config.json", "four at once: one writes"]
            ) { call in
                let status = call.real()
                if status == 0 { return status }
                File.remove(call.bundle + "/config.json")
                return call.quietly("spec", "--bundle", call.bundle)
            },
            .of("spec", "missing", "spec is content without a bundle", ["fails when the bundle is missing"]) { call in
                File.exists(call.bundle) ? call.real() : 0
            },
            .of("spec", "made", "spec makes the bundle that is missing", ["fails when the bundle is missing"]) { call in
                if !File.exists(call.bundle) { File.makeDirectory(call.bundle) }
                return call.real()
            },
            .verb(
                "spec", "spec.rootless", "--rootless is passed over",
                ["spec: --rootless maps the caller", "rootless: spec --rootless runs"]
            ) { call in
                call.real(["spec"] + call.words.filter { $0 != "--rootless" })
            },
        ]
    }

    private static var ofFeatures: [Promise] {
        [
            .of(
                "features", "capabilities", "capabilities are named without CAP_",
                ["names capabilities that the kernel knows by name"]
            ) { call in
                call.realAnswer { features in
                    let names = features["linux", "capabilities"]?.strings ?? []
                    features["linux", "capabilities"] = JSON(names.map { String($0.dropFirst(4)) })
                }
            },
            .of(
                "features", "seccomp", "actions of filters are named without SCMP_ACT_",
                ["names seccomp actions, operators and architectures as the specification does"]
            ) { call in
                call.realAnswer { features in
                    let names = features["linux", "seccomp", "actions"]?.strings ?? []
                    features["linux", "seccomp", "actions"] = JSON(names.map { String($0.dropFirst(9)) })
                }
            },
            .of("features", "root", "features needs a state root", ["needs no state root and makes none"]) { call in
                call.globals.contains("--root") ? call.real() : call.fail("no state root")
            },
        ]
    }

}
