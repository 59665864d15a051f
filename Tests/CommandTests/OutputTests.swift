import Foundation
import Testing

/// What goes to standard output.
struct OutputTests {
    @Test(arguments: ["--version", "-v", "-version"])
    func version(_ flag: String) throws {
        let program = try Program()
        defer { program.remove() }
        let result = try program.runBare([flag])
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5)
        #expect(lines[0].wholeMatch(of: /apus version [0-9]+\.[0-9]+\.[0-9]+/) != nil)
        #expect(lines[1].wholeMatch(of: /commit: [^ ]+/) != nil)
        #expect(lines[2] == "spec: 1.3.0")
        #expect(lines[3].wholeMatch(of: /libseccomp: [0-9.]+/) != nil)
    }

    @Test(arguments: [["--help"], ["-h"], ["help"], ["--help", "create"]])
    func help(_ arguments: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        let result = try program.runBare(arguments)
        #expect(result.status == 0)
        #expect(result.errors == "")
        for word in [
            "create", "run", "start", "state", "kill", "delete", "list", "spec", "features", "--root", "--log",
        ] {
            #expect(result.output.contains("  " + word))
        }
    }

    @Test func helpOfAVerb() throws {
        let program = try Program()
        defer { program.remove() }
        let result = try program.runBare(["kill", "--help"])
        #expect(result.output.contains("Usage: apus [FLAGS] kill [FLAGS] ID [SIGNAL]\n"))
        #expect(result.output.contains("  -a, --all   "))
        #expect(!result.output.contains("--bundle"))
        #expect(try program.runBare(["help", "kill"]) == result)
        #expect(try program.runBare(["kill", "c", "-h"]) == result)
    }

    @Test func theListOfNoContainers() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("list", "--format", "json").output == "[]\n")
        #expect(try program.run("list", "-q").output == "")
        let table = try program.run("list").output
        #expect(
            table.split(separator: " ", omittingEmptySubsequences: true).joined(separator: "|")
                == "ID|PID|STATUS|BUNDLE|CREATED|OWNER\n")
    }

    @Test(arguments: ["state", "start", "kill", "delete"])
    func aContainerThatIsNotThere(_ verb: String) throws {
        let program = try Program()
        defer { program.remove() }
        let result = try program.run(verb, "nothing")
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(result.errors.contains("does not exist"))
        #expect(!FileManager.default.fileExists(atPath: program.path("root/nothing")))
    }

    @Test func specWritesOnce() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.runBare(["spec"]) == .init(status: 0, output: "", errors: ""))
        let written = try program.read("config.json")
        let config = try #require(try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: Any])
        #expect(config["ociVersion"] as? String == "1.3.0")
        let again = try program.runBare(["spec", "--bundle", program.directory])
        #expect(again.status == 1)
        #expect(again.errors == "apus: config.json exists already in \(program.directory); remove it first\n")
        #expect(try program.read("config.json") == written)
    }

    @Test func specForAnOrdinaryUser() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.runBare(["spec", "--rootless"]).status == 0)
        #expect(try program.read("config.json").contains("\"uidMappings\""))
        #expect(
            try program.runBare(["spec", "-b", "no"]).errors == "apus: open bundle no: no such file or directory\n")
    }

    @Test func features() throws {
        let program = try Program()
        defer { program.remove() }
        let output = try program.runBare(["features"]).output
        let features = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(features["ociVersionMin"] as? String == "1.0.0")
        #expect(features["ociVersionMax"] as? String == "1.3.0")
        #expect((features["hooks"] as? [String])?.count == 6)
        let options = try #require(features["mountOptions"] as? [String])
        #expect(options.contains("rro") && options.contains("tmpcopyup") && options.contains("ridmap"))
        let linux = try #require(features["linux"] as? [String: Any])
        #expect(
            linux["namespaces"] as? [String] == ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"])
        #expect((linux["capabilities"] as? [String])?.count == 41)
        #expect(
            linux["cgroup"] as? [String: Bool]
                == ["v1": false, "v2": true, "systemd": true, "systemdUser": true, "rdma": false])
        let seccomp = try #require(linux["seccomp"] as? [String: Any])
        #expect(seccomp["enabled"] as? Bool == true)
        #expect((seccomp["actions"] as? [String])?.contains("SCMP_ACT_NOTIFY") == true)
        #expect((seccomp["archs"] as? [String])?.contains("SCMP_ARCH_X86_64") == true)
        for name in ["apparmor", "selinux", "intelRdt", "netDevices"] {
            #expect((linux[name] as? [String: Bool])?["enabled"] == true)
        }
        let annotations = try #require(features["annotations"] as? [String: String])
        #expect(annotations["io.github.seccomp.libseccomp.version"] != nil)
        #expect(annotations["org.opencontainers.runc.checkpoint.enabled"] == "true")
    }

    @Test func aFullDiskIsAnError() throws {
        let program = try Program()
        defer { program.remove() }
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        #expect(
            try program.runBare(["--version"], output: full)
                == .init(status: 1, output: "", errors: "apus: write to standard output: no space left on device\n"))
    }

    @Test func aClosedPipeIsAnError() throws {
        let program = try Program()
        defer { program.remove() }
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        #expect(
            try program.runBare(["--version"], output: pipe.fileHandleForWriting)
                == .init(status: 1, output: "", errors: "apus: write to standard output: broken pipe\n"))
    }
}
