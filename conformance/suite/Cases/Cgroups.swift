import CLinux
import Glibc

extension Group {
    /// Limits: what the kernel's files say, and what they do.
    static var ofLimits: Group {
        Group(
            "cgroups",
            cgroupMemoryCases + cgroupCPUCases + cgroupPidsCases + cgroupIOCases + cgroupHugetlbCases + cgroupRdmaCases
                + cgroupUnifiedCases + cgroupControllerCases + cgroupDiscoveryCases)
    }
}

extension Trial {
    /// Where the cgroup2 tree is mounted; the case is skipped when it lacks the controller.
    @discardableResult
    func tree(with controller: String) -> String {
        guard let tree = cgroup2 else { skip("no cgroup2 is mounted") }
        guard controllers(of: tree).contains(controller) else {
            skip("cgroup2 has no \(controller) controller here")
        }
        return tree
    }

    var cgroup2: String? { Proc.cgroup2 }

    func controllers(of tree: String) -> [String] {
        (File.text(tree + "/cgroup.controllers") ?? "").split { $0 == " " || $0 == "\n" }.map(String.init)
    }

    /// A file of the container's cgroup, without the line's end; nil when there is none.
    func setting(_ file: String, of box: Container) -> String? {
        guard let tree = cgroup2, let place = Proc.cgroup(box.pid) else { return nil }
        guard var text = File.text(tree + place + "/" + file) else { return nil }
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// Creates a container with these resources and compares files of its cgroup.
    func sets(_ resources: JSON, _ files: [(file: String, value: String)], _ line: Int = #line) {
        let box = container("c\(containers.count + 1)") { $0.limit(resources) }
        requireSuccess(box.create())
        for (file, value) in files { equal(setting(file, of: box), value, "\(file) of \(resources.compact)") }
        expectSuccess(box.delete(["--force"]))
    }

    /// A container with these resources and a shell that runs the script, started.
    func shell(_ script: String, _ resources: JSON, _ edit: (inout JSON) -> Void = { _ in }) -> Container {
        let box = container("c\(containers.count + 1)", program: ["/bin/busybox", "sh", "-c", script]) { config in
            config.limit(resources)
            edit(&config)
        }
        requireSuccess(box.create())
        requireSuccess(box.start())
        return box
    }

    /// A line `key value` of a file of the container's cgroup.
    func count(_ key: String, in file: String, of box: Container) -> Int {
        for line in (setting(file, of: box) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == key { return Int(words[1]) ?? 0 }
        }
        return 0
    }
}

extension JSON {
    /// These members of /linux/resources beside the device rules that are there.
    mutating func limit(_ resources: JSON) {
        for member in resources.members ?? [] { self["linux", "resources", .key(member.key)] = member.value }
    }
}
