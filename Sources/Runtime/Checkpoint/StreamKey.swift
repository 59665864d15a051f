import JSON
import Kernel

/// What criu calls the files that a container has from its caller as standard streams: at a restore the streams of then
/// take their places.
enum StreamKey {
    /// The file of an image that names them. runc and crun have one of the same name and shape.
    static let fileName = "descriptors.json"

    /// The names of the caller's own descriptors 0, 1 and 2; one that belongs to the container itself has an empty name.
    static func ofStandardStreams() -> [String] {
        var keys: [String] = []
        for stream in Int32(0)...2 {
            do throws(Errno) {
                keys.append(try key(of: stream))
            } catch {
                keys.append("")
            }
        }
        return keys
    }

    private static func key(of stream: Int32) throws(Errno) -> String {
        let status = try File.status(of: stream)
        switch status.kind {
        case .fifo: return "pipe:[\(status.inode)]"
        case .regular:
            guard let mount = try File.mountID(of: stream) else { return "" }
            return "file[" + String(mount, radix: 16) + ":" + String(status.inode, radix: 16) + "]"
        default: return ""
        }
    }

    /// Whether criu must be told at a checkpoint that the file is none of the container's.
    static func isExternalFile(_ key: String) -> Bool { key.utf8.starts(with: "file[".utf8) }

    /// What of the list in an image is to be replaced by the caller's streams.
    static func inherited(_ keys: [String]) -> [CriuRequest.Inherited] {
        var inherited: [CriuRequest.Inherited] = []
        for (index, key) in keys.prefix(3).enumerated()
        where isExternalFile(key) || key.utf8.starts(with: "pipe:[".utf8) {
            // Of two streams on one file the first stands for both.
            if inherited.contains(where: { $0.key == key }) { continue }
            inherited.append(CriuRequest.Inherited(key: key, number: Int32(index)))
        }
        return inherited
    }

    static func document(_ keys: [String]) -> [UInt8] {
        var writer = JSONWriter()
        writer.strings(keys)
        return writer.bytes
    }

    /// Nil when the document is no list of texts.
    static func read(_ document: [UInt8]) -> [String]? {
        do throws(JSONError) {
            guard case .array(let values) = try JSONReader.parse(document) else { return nil }
            var keys: [String] = []
            for value in values {
                guard case .string(let text) = value else { return nil }
                keys.append(text)
            }
            return keys
        } catch {
            return nil
        }
    }
}
