internal import Cgroups
internal import Kernel
internal import Runtime

/// What stands before the verb.
struct GlobalOptions {
    enum LogFormat { case text, json }

    var log: String?
    var logFormat = LogFormat.text
    var debug = false
    /// Who makes the cgroups of new containers.
    private(set) var cgroupDriver = CgroupDriver.cgroupfs
    /// As given with --root, absolute and clean; nil when it was not.
    private var root: String?

    init() {}

    /// Takes over what the log needs, so that even what is wrong with the rest is logged.
    mutating func readLog(_ arguments: Arguments) throws(RuntimeError) {
        debug = arguments.has(.debug)
        if let path = arguments.value(.log) {
            guard !path.isEmpty else { throw RuntimeError(.usage, "--log must not be empty") }
            log = path
        }
        switch arguments.value(.logFormat) {
        case nil, "text": logFormat = .text
        case "json": logFormat = .json
        case .some(let other):
            throw Flag.logFormat.mustBe("text or json", not: other)
        }
    }

    /// Takes over the rest.
    mutating func read(_ arguments: Arguments) throws(RuntimeError) {
        cgroupDriver = try GlobalOptions.driver(arguments)
        switch arguments.value(.rootless) {
        // Who calls is what decides: engines say the same in other words.
        case nil, "auto", "false", "true": break
        case .some(let other):
            throw Flag.rootless.mustBe("true, false or auto", not: other)
        }
        if let path = arguments.value(.root) { root = try GlobalOptions.absolute(path) }
    }

    /// Engines name it before every verb; only those that make a container look at it.
    private static func driver(_ arguments: Arguments) throws(RuntimeError) -> CgroupDriver {
        let systemd = arguments.has(.systemdCgroup)
        guard let name = arguments.value(.cgroupManager) else { return systemd ? .systemd : .cgroupfs }
        for driver in CgroupDriver.allCases where driver.name.names(name) {
            if systemd, driver != .systemd {
                throw RuntimeError(.usage, "--systemd-cgroup and --cgroup-manager " + name + " contradict each other")
            }
            return driver
        }
        throw Flag.cgroupManager.mustBe("cgroupfs, systemd or disabled", not: name)
    }

    /// The directory that holds the state of all containers.
    func stateRoot() throws(RuntimeError) -> String {
        if let root { return root }
        let isRoot = Session.effectiveUser == 0
        if isRoot, !GlobalOptions.isRootForAnEngine { return "/run/apus" }
        if let directory = Program.variable("XDG_RUNTIME_DIR"), directory.hasPrefix("/") { return directory + "/apus" }
        if isRoot { return "/run/apus" }
        let directory = "/run/user/\(Session.effectiveUser)"
        guard GlobalOptions.isOwnDirectory(directory) else {
            throw RuntimeError(.usage, "XDG_RUNTIME_DIR is not set; say with --root where state is to be kept")
        }
        return directory + "/apus"
    }

    /// Whether the caller is root only of a user namespace that an engine of an ordinary user made for itself.
    private static var isRootForAnEngine: Bool {
        do throws(Errno) {
            if Program.variable("USER") == "root" { return false }
            return try !Namespace.startedInFirstUserNamespace()
        } catch {
            return false
        }
    }

    private static func isOwnDirectory(_ path: String) -> Bool {
        do throws(Errno) {
            let status = try File.status(of: path)
            return status.kind == .directory && status.uid == Session.effectiveUser
        } catch {
            return false
        }
    }

    /// An absolute path without `.`, `..` and doubled slashes, which is not the root directory.
    private static func absolute(_ path: String) throws(RuntimeError) -> String {
        guard !path.isEmpty else { throw RuntimeError(.usage, "--root must not be empty") }
        var full = path
        if !path.hasPrefix("/") {
            do throws(Errno) {
                full = try Session.currentDirectory() + "/" + path
            } catch {
                throw RuntimeError("find the current directory for --root " + path, error)
            }
            guard full.hasPrefix("/") else {
                throw RuntimeError(.usage, "--root \(path): the current directory is not reachable; give a whole path")
            }
        }
        let clean = ContainerPath.clean(full)
        guard clean != "/" else { throw RuntimeError(.usage, "--root must not be the root directory") }
        return clean
    }
}
