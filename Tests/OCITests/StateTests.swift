import Testing

@testable import OCI

@Suite struct StateTests {
    @Test func compact() {
        let state = State(id: "one", pid: 7, status: .creating, bundle: "/b/<1>")
        let expected = #"{"ociVersion":"1.3.0","id":"one","pid":7,"status":"creating","bundle":"/b/<1>"}"#
        #expect(String(decoding: state.json(pretty: false), as: UTF8.self) == expected)
    }

    @Test func pretty() {
        let state = State(
            ociVersion: "1.0.2", id: "one", pid: 0, status: .stopped, bundle: "/b", rootfs: "/b/rootfs",
            created: "2026-11-23T14:08:18.520610000Z",
            annotations: [Spec.Entry(key: "z", value: "1"), Spec.Entry(key: "a", value: "2")], owner: "root")
        let expected = """
            {
                "ociVersion": "1.0.2",
                "id": "one",
                "pid": 0,
                "status": "stopped",
                "bundle": "/b",
                "rootfs": "/b/rootfs",
                "created": "2026-11-23T14:08:18.520610000Z",
                "annotations": {
                    "z": "1",
                    "a": "2"
                },
                "owner": "root"
            }

            """
        #expect(String(decoding: state.json(pretty: true), as: UTF8.self) == expected)
    }

    @Test func withoutProcess() {
        let state = State(id: "one", pid: nil, status: .stopped, bundle: "/b")
        let expected = #"{"ociVersion":"1.3.0","id":"one","status":"stopped","bundle":"/b"}"#
        #expect(String(decoding: state.json(pretty: false), as: UTF8.self) == expected)
    }

    @Test func words() {
        let all: [State.Status] = [.creating, .created, .running, .paused, .stopped]
        #expect(all.map { $0.text } == ["creating", "created", "running", "paused", "stopped"])
    }
}
