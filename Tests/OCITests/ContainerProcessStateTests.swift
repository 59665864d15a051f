import OCI
import Testing

struct ContainerProcessStateTests {
    @Test func document() {
        let state = State(ociVersion: "1.0.2", id: "c", pid: 42, status: .created, bundle: "/b")
        let json = """
            {"ociVersion":"1.0.2","fds":["seccompFd"],"pid":43,"metadata":"m \\"x\\"","state":\
            {"ociVersion":"1.0.2","id":"c","pid":42,"status":"created","bundle":"/b"}}
            """
        #expect(
            String(
                decoding: ContainerProcessState(listenerOf: 43, metadata: "m \"x\"", state: state).json, as: UTF8.self)
                == json)
        let bare = ContainerProcessState(listenerOf: 43, metadata: nil, state: state).json
        #expect(!String(decoding: bare, as: UTF8.self).contains("metadata"))
    }
}
