import CLinux
import Glibc

/// The benchmark's own directory: one bundle for all runtimes, and a state root for each.
struct Scratch {
    let path: String
    var bundle: String { "\(path)/bundle" }

    /// Makes the directory, with a busybox root file system and the given config.json in it.
    init(below parent: String?, config: String) throws(BenchError) {
        let parent = parent ?? (Files.isFileSystem("/dev/shm", magic: Files.tmpfsMagic) ? "/dev/shm" : "/tmp")
        path = "\(try Files.absolute(parent))/apus-bench-\(cl_getpid())"
        try Files.makeDirectory(path)
        do throws(BenchError) {
            try makeBundle(config)
        } catch {
            remove()
            throw error
        }
    }

    func remove() { Files.removeTree(path) }

    /// The state root of one runtime.
    func root(of runtime: Runtime) -> String { "\(path)/\(runtime.name)" }
    /// Where the commands of one runtime write what they have to say.
    func log(of runtime: Runtime) -> String { "\(path)/\(runtime.name).log" }

    private func makeBundle(_ config: String) throws(BenchError) {
        try Files.makeDirectory(bundle)
        try Files.write(try Files.read(config), to: "\(bundle)/config.json", mode: 0o644)
        try Files.makeDirectory("\(bundle)/rootfs")
        for name in ["bin", "dev", "etc", "proc", "sys", "tmp"] {
            try Files.makeDirectory("\(bundle)/rootfs/\(name)")
        }
        let known = ["/bin/busybox", "/usr/bin/busybox"]
        guard let busybox = known.first(where: { Files.isProgram($0) }) else {
            throw BenchError("no busybox for the containers' root file system: apt-get install busybox-static")
        }
        try Files.write(try Files.read(busybox), to: "\(bundle)/rootfs/bin/busybox", mode: 0o755)
        let linked = cl_symlinkat("busybox", AT_FDCWD, "\(bundle)/rootfs/bin/true")
        guard linked == 0 else { throw BenchError("making \(bundle)/rootfs/bin/true", errno: Int(linked)) }
    }
}
