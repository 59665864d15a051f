extension Mutant {
    /// Mutants of what `state` says.
    static var states: [Mutant] {
        [
            .output("state", "runtime.state.required-1", what: "the state has no ociVersion") {
                $0["ociVersion"] = nil
            },
            .output("state", "runtime.state.required-2", what: "the state has no id") { $0["id"] = nil },
            .output("state", "runtime.state.required-3", what: "the state has no status") { $0["status"] = nil },
            .output("state", "runtime.state.may-1", what: "the status means something else") { state in
                state["status"] = state["status"] == "running" ? "created" : "running"
            },
            .output(
                "state", "runtime.lifecycle.may-1", what: "a container whose process was ended is running"
            ) { state in
                if state["status"] == "stopped" { state["status"] = "running" }
            },
            .output("state", "runtime.state.must-2", what: "known states have other names") { state in
                if state["status"] == "running" { state["status"] = "active" }
                if state["status"] == "stopped" { state["status"] = "exited" }
            },
            .output("state", "runtime.state.required-4", what: "the state has no pid") { $0["pid"] = nil },
            .output("state", "runtime.state.required-5", what: "the bundle is relative") { state in
                state["bundle"] = state["bundle"]?.string.map { .text(String($0.dropFirst())) }
            },
            .output("state", "runtime.state.must-3", what: "the pid is a text") { state in
                state["pid"] = state["pid"].map { .text($0.compact) }
            },
            .output("state", "runtime.query-state.must-3", what: "the state is empty") { $0 = [:] },
            .output("state", "config.annotations.may-1", what: "odd annotations are lost") { state in
                let members = state["annotations"]?.members ?? []
                state["annotations"] = .object(
                    members.filter { ($0.value.string ?? "").utf8.allSatisfy { $0 > 0x2c && $0 < 0x5c } })
            },
            .output("state", "config.annotations.may-4", what: "empty annotations are lost") { state in
                state["annotations"] = .object((state["annotations"]?.members ?? []).filter { $0.value != "" })
            },
        ]
    }
}
