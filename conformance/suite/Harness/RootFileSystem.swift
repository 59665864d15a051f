import CLinux
import Glibc

/// The root file system of the test containers: busybox, the probe, and the directories that images have.
enum RootFileSystem {
    private static let directories = [
        "bin", "dev", "etc", "home", "lib", "mnt", "opt", "proc", "root", "run", "sbin", "srv", "sys", "usr", "usr/bin",
        "usr/sbin", "usr/local", "usr/local/bin", "var", "var/tmp",
    ]
    private static let applets = [
        "sh", "cat", "chmod", "chown", "cp", "date", "dd", "df", "echo", "env", "false", "grep", "head", "hostname",
        "id",
        "ip", "kill", "ln", "ls", "mkdir", "mknod", "mount", "mv", "nproc", "ps", "pwd", "readlink", "rm", "sed",
        "sleep",
        "sort", "stat", "stty", "tail", "test", "touch", "tr", "true", "tty", "umount", "uname", "wc",
    ]
    private static let files = [
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"),
        ("etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n"),
        ("etc/hostname", "image\n"),
    ]

    /// The two programs that every root file system has, copied once: a container may do to them what it likes.
    static func makeTemplate(at path: String, busybox: String, probe: String) -> Bool {
        File.makeDirectory(path)
        let copied = File.copy(busybox, to: path + "/busybox") && File.copy(probe, to: path + "/probe")
        for program in ["busybox", "probe"] { File.setMode(path + "/" + program, 0o755) }
        return copied && File.makeLink(path + "/applet", to: "busybox")
    }

    static func make(at path: String, from template: String) {
        File.makeDirectory(path)
        for directory in directories { File.makeDirectory(path + "/" + directory) }
        File.makeDirectory(path + "/tmp", mode: 0o1777)
        File.linkOrCopy(template + "/busybox", to: path + "/bin/busybox")
        File.linkOrCopy(template + "/probe", to: path + "/probe")
        for applet in applets {
            // A name more for one file costs a fraction of a new one.
            let name = path + "/bin/" + applet
            if cl_linkat(AT_FDCWD, template + "/applet", AT_FDCWD, name, 0) != 0 { File.makeLink(name, to: "busybox") }
        }
        for (name, text) in files { File.write(text, to: path + "/" + name) }
    }
}
