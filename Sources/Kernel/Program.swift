internal import CLinux

/// The running program: which apus it is, and what it was called with. environ(7), execve(2)
package enum Program {
    /// The version of apus; the only place where it is written.
    package static let version: StaticString = "0.1.0"

    /// The words of a command line.
    package struct Words: Sendable {
        package var texts: [String] = []
        /// The index of the first word that is not UTF-8; its text is empty.
        package var firstInvalid: Int?

        package init() {}
    }

    /// The arguments after the program's name.
    ///
    /// They are read here rather than with `CommandLine.arguments`, which would mend bytes that are not UTF-8
    /// silently: a path would then mean another file.
    package static func arguments() -> Words {
        let vector = CommandLine.unsafeArgv
        var words = Words()
        var index = 1
        while index < Int(CommandLine.argc), let pointer = vector[index] {
            let text = text(pointer)
            if text == nil, words.firstInvalid == nil { words.firstInvalid = index - 1 }
            words.texts.append(text ?? "")
            index += 1
        }
        return words
    }

    /// The value of an environment variable; nil when it is unset or not UTF-8.
    package static func variable(_ name: StaticString) -> String? {
        guard let environment = cl_environ() else { return nil }
        let start = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        let length = name.utf8CodeUnitCount
        var index = 0
        while let entry = environment[index] {
            if strncmp(entry, start, length) == 0, entry[length] == CChar(UInt8(ascii: "=")) {
                return text(entry + length + 1)
            }
            index += 1
        }
        return nil
    }

    private static func text(_ pointer: UnsafePointer<CChar>) -> String? {
        String(validatingCString: pointer)
    }
}
