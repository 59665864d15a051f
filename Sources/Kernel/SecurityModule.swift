/// Security modules of the kernel that give programs a label at execve(2). proc_pid_attr(5)
package enum SecurityModule: Sendable {
    case apparmor, selinux

    /// Whether the running kernel has it switched on.
    package var isEnabled: Bool {
        do throws(Errno) {
            switch self {
            case .apparmor:
                return try File.read("/sys/module/apparmor/parameters/enabled", limit: 16).first == UInt8(ascii: "Y")
            case .selinux: return try File.fileSystem(ofPath: "/sys/fs/selinux").type == FileSystemStatus.selinux
            }
        } catch {
            return false
        }
    }

    /// Has the kernel give the calling process that label at its next execve(2). `EINVAL`, `ENOENT` for one it lacks.
    package func labelNextProgram(_ label: String, _ proc: borrowing HostProc) throws(Errno) {
        switch self {
        case .apparmor:
            do throws(Errno) {
                try proc.write("exec " + label, to: "self/attr/apparmor/exec")
            } catch {
                // Kernels before 5.8 have the one file for all modules. The profile may be what is not there, too.
                guard error == .noSuchFile else { throw error }
                try proc.write("exec " + label, to: "self/attr/exec")
            }
        case .selinux: try proc.write(label, to: "self/attr/exec")
        }
    }
}

extension FileSystemStatus {
    /// SELINUX_MAGIC
    static let selinux = 0xf97c_ff8c
}
