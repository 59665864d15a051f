import Kernel
import OCI

/// What security modules are to call the container's programs (config.md, "Linux Process").
package struct SecurityLabels: Equatable, Sendable {
    package var apparmor: String?
    package var selinux: String?

    /// No labels.
    package init() {}

    package var isEmpty: Bool { apparmor == nil && selinux == nil }

    private static var apparmorPointer: String { "/process/apparmorProfile" }
    private static var selinuxPointer: String { "/process/selinuxLabel" }

    /// Decides on /process/apparmorProfile and /process/selinuxLabel; engines write an absent one as an empty one.
    init(_ process: Spec.Process, _ findings: inout Findings) {
        apparmor = Self.label(process.apparmorProfile, Self.apparmorPointer, &findings)
        selinux = Self.label(process.selinuxLabel, Self.selinuxPointer, &findings)
    }

    static func label(_ text: String?, _ pointer: String, _ findings: inout Findings) -> String? {
        guard let text, !text.isEmpty else { return nil }
        for byte in text.utf8 where byte < 0x20 {
            findings.refuse(pointer, "must have no control characters, is " + Findings.quoted(text))
            break
        }
        return text
    }

    /// Refuses a label of a module that the kernel has switched off: nothing would come of it.
    func check() throws(RuntimeError) {
        // Without the module everything is unconfined.
        if let apparmor, apparmor != "unconfined", !SecurityModule.apparmor.isEnabled {
            throw RuntimeError(
                .configuration,
                "AppArmor profile \(Findings.quoted(apparmor)): AppArmor is off on this host (\(Self.apparmorPointer))")
        }
        if let selinux, !SecurityModule.selinux.isEnabled {
            throw RuntimeError(
                .configuration,
                "SELinux label \(Findings.quoted(selinux)): SELinux is off on this host (\(Self.selinuxPointer))")
        }
    }

    /// The way to the labels of the calling process, opened while the host's mounts are in view; nil when there are none to
    /// set.
    func open() throws(RuntimeError) -> HostProc? {
        isEmpty ? nil : try attempt("open /proc") { () throws(Errno) in try HostProc() }
    }

    /// Has the calling process become the program under these labels. The way is closed.
    func apply(_ way: consuming HostProc?) throws(RuntimeError) {
        switch consume way {
        case .some(let proc): try set(proc)
        case .none: return
        }
    }

    private func set(_ proc: borrowing HostProc) throws(RuntimeError) {
        if let apparmor, SecurityModule.apparmor.isEnabled {
            do throws(Errno) {
                try SecurityModule.apparmor.labelNextProgram(apparmor, proc)
            } catch {
                throw RuntimeError(
                    "set the AppArmor profile \(Findings.quoted(apparmor))", error, at: Self.apparmorPointer,
                    hint: error == .noSuchFile ? "is the profile loaded?" : nil)
            }
        }
        if let selinux {
            do throws(Errno) {
                try SecurityModule.selinux.labelNextProgram(selinux, proc)
            } catch {
                throw RuntimeError("set the SELinux label \(Findings.quoted(selinux))", error, at: Self.selinuxPointer)
            }
        }
    }
}

/// The SELinux label of what the container mounts (config-linux.md, "Mount Label").
enum MountLabel {
    static var pointer: String { "/linux/mountLabel" }

    /// The kernel labels files of these by itself. selinux-policy, genfscon
    private static let unlabelled = ["proc", "sysfs", "cgroup2", "mqueue"]

    /// Gives the label to the mounts that make a file system; one that has a label of its own keeps it.
    static func add(_ written: String?, to mounts: inout [MountPlan], _ findings: inout Findings) -> String? {
        guard let label = SecurityLabels.label(written, pointer, &findings) else { return nil }
        for index in mounts.indices {
            guard case .fileSystem(let type, let source, let data) = mounts[index].action else { continue }
            if unlabelled.contains(type) || data.contains(where: { $0.utf8.starts(with: "context=".utf8) }) { continue }
            mounts[index].action = .fileSystem(type: type, source: source, data: data + ["context=" + label])
        }
        return label
    }

    /// Refuses a label where there is no SELinux to see it.
    static func check(_ label: String?) throws(RuntimeError) {
        guard let label, !SecurityModule.selinux.isEnabled else { return }
        throw RuntimeError(
            .configuration, "SELinux label \(Findings.quoted(label)): SELinux is off on this host (\(pointer))")
    }
}
