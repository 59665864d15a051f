package import OCI

extension Verb {
    /// What is known of a container. (runtime.md, "Query State")
    package static func state(_ id: String, _ context: Context) throws(RuntimeError) -> State {
        let container = try Container.find(id, root: context.root)
        let status = try container.status()
        guard container.record != nil else {
            let how = status == .creating ? "is still being created" : "was never finished, or its record is damaged"
            throw RuntimeError(.wrongState, "container \"\(id)\" \(how)")
        }
        return container.state(status)
    }

    /// What is known of all containers, by id. One that cannot be read becomes a warning.
    package static func list(_ context: Context) throws(RuntimeError) -> [State] {
        guard let store = try StateStore(existing: context.root) else { return [] }
        var states: [State] = []
        for id in try store.ids() {
            do throws(RuntimeError) {
                states.append(try state(id, context))
            } catch {
                // One that was deleted while the others were read is no news.
                if error.kind != .noSuchContainer { context.warnings.add(error.message) }
            }
        }
        return states
    }
}
