/// The directories and empty files that a `RootDirectory` has made, so that they can be taken away again.
package final class MadeEntries {
    private struct Entry {
        let parent: SharedDescriptor
        let name: String
        let isDirectory: Bool
    }
    private var entries: [Entry] = []

    package init() {}

    func note(_ name: String, in parent: borrowing Descriptor, isDirectory: Bool) throws(Errno) {
        entries.append(
            Entry(parent: SharedDescriptor(try parent.duplicate()), name: name, isDirectory: isDirectory))
    }

    /// Removes all that is still empty, the last made first. What has been filled, or is something else by now, stays.
    package func takeAway() {
        while let entry = entries.popLast() {
            do throws(Errno) {
                if !entry.isDirectory {
                    let status = try File.status(of: entry.name, at: entry.parent.raw)
                    guard status.kind == .regular, status.size == 0 else { continue }
                }
                try File.remove(entry.name, at: entry.parent.raw, directory: entry.isDirectory)
            } catch {
                continue
            }
        }
    }
}
