internal import Kernel
internal import OCI

extension Verb {
    /// Writes the default config.json into the bundle directory, which must not have one.
    ///
    /// With `rootless` it is one that the calling user can run without being root.
    package static func spec(bundle: String, rootless: Bool) throws(RuntimeError) {
        let directory = try attempt("open bundle \(bundle)") { () throws(Errno) in
            try File.open(bundle, [.path, .directory])
        }
        let file = try newConfig(in: bundle, directory.raw)
        let owner = rootless ? DefaultSpec.Owner(uid: Session.effectiveUser, gid: Session.effectiveGroup) : nil
        do throws(Errno) {
            try File.write(DefaultSpec.json(rootless: owner), to: file.raw)
        } catch {
            try? File.remove("config.json", at: directory.raw)
            throw RuntimeError("write config.json in \(bundle)", error)
        }
    }
    private static func newConfig(in bundle: String, _ directory: Int32) throws(RuntimeError) -> Descriptor {
        do throws(Errno) {
            return try File.open(
                "config.json", [.writeOnly, .create, .exclusive, .noFollow], at: directory, mode: 0o644)
        } catch .fileExists {
            throw RuntimeError(.failed, "config.json exists already in \(bundle); remove it first")
        } catch {
            throw RuntimeError("create config.json in \(bundle)", error)
        }
    }
}
