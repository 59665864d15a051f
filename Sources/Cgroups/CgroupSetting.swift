/// One value for one file of a cgroup, and the place in the configuration that asks for it.
package struct CgroupSetting: Equatable, Sendable {
    /// A file that takes the place of one which the kernel does not have, with the value in its terms.
    package struct Alternative: Equatable, Sendable {
        package var file: String
        package var value: String

        package init(_ file: String, _ value: String) {
            self.file = file
            self.value = value
        }
    }

    /// Name in the cgroup's directory: `memory.max`.
    package var file: String
    /// What is written, in one write(2).
    package var value: String
    /// JSON pointer of the field: `/linux/resources/memory/limit`.
    package var pointer: String
    /// What is written when there is no such file.
    package var alternative: Alternative?
    /// Whether a cgroup without the file has what is asked for anyway: no limit where there is nothing to limit.
    package var isOptional: Bool

    package init(
        _ file: String, _ value: String, at pointer: String, alternative: Alternative? = nil, isOptional: Bool = false
    ) {
        self.file = file
        self.value = value
        self.pointer = pointer
        self.alternative = alternative
        self.isOptional = isOptional
    }

    /// The controller that the file belongs to, by its name; nil for the files that every cgroup has.
    package var controller: String? {
        let name = String(decoding: file.utf8.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
        return name == "cgroup" || file.hasSuffix(".pressure") ? nil : name
    }
}

/// Something to say of a field: where it is, and what there is to say.
package struct CgroupFinding: Equatable, Sendable {
    /// JSON pointer.
    package var pointer: String
    package var message: String

    package init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }
}
