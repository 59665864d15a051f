/// Paths of the document as text. What they lead to is decided by who opens them, in the container's root.
package enum ContainerPath {
    /// The absolute form of a path in the container: without `.`, `..` or empty components.
    ///
    /// `..` goes up by text alone and never above the root; a path without a leading slash is taken from the root.
    package static func clean(_ path: String) -> String {
        if isClean(path) { return path }
        var components: [Substring.UTF8View] = []
        for component in Substring(path).utf8.split(separator: slash) {
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                _ = components.popLast()
            } else {
                components.append(component)
            }
        }
        return joined(components)
    }

    /// The absolute form of a path on the host that may be relative to the bundle.
    ///
    /// `..` stays: on the host it means what the symbolic links before it make it mean.
    static func onHost(_ path: String, bundle: String) -> String {
        let whole = path.utf8.first == slash ? path : bundle + "/" + path
        if isClean(whole) { return whole }
        var components: [Substring.UTF8View] = []
        for component in Substring(whole).utf8.split(separator: slash) where !component.elementsEqual(".".utf8) {
            components.append(component)
        }
        return joined(components)
    }

    static func isAbsolute(_ path: String) -> Bool { path.utf8.first == slash }

    /// Whether `path` is `directory` or below it; both are clean.
    static func isInside(_ path: String, _ directory: String) -> Bool {
        guard path.utf8.starts(with: directory.utf8) else { return false }
        return path.utf8.count == directory.utf8.count || path.utf8.dropFirst(directory.utf8.count).first == slash
    }

    /// Whether one of the components is `..`.
    static func climbs(_ path: String) -> Bool {
        for component in path.utf8.split(separator: slash) where component.elementsEqual("..".utf8) { return true }
        return false
    }

    private static let slash = UInt8(ascii: "/")

    /// Absolute, no component empty or beginning with a dot, no slash at the end: most paths are.
    private static func isClean(_ path: String) -> Bool {
        var previous: UInt8 = 0
        for (index, byte) in path.utf8.enumerated() {
            if index == 0 {
                if byte != slash { return false }
            } else if previous == slash, byte == slash || byte == UInt8(ascii: ".") {
                return false
            }
            previous = byte
        }
        return previous != 0 && (previous != slash || path.utf8.count == 1)
    }

    private static func joined(_ components: [Substring.UTF8View]) -> String {
        if components.isEmpty { return "/" }
        var path = ""
        for component in components {
            path += "/"
            path += Substring(component)
        }
        return path
    }
}
