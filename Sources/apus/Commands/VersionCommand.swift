internal import Kernel
internal import OCI
internal import Runtime

/// `apus --version`
enum VersionCommand {
    /// Name and version, commit, specification, libraries: Docker and others read the first three lines by their shape.
    ///
    /// A released apus is made from the commit that its version names.
    static func text() -> String {
        let version = Program.version.description
        return "apus version " + version + "\ncommit: v" + version + "\nspec: " + SpecVersion.current
            + "\nlibseccomp: " + Verb.libseccompVersion + "\n"
    }
}
