import Testing

@testable import Runtime

/// The lines of ps(1) that belong to a container.
struct ProcessTableTests {
    private func lines(_ pids: [Int32], _ table: String) throws -> String {
        String(decoding: try ProcessTable.lines(of: pids, in: Array(table.utf8)), as: UTF8.self)
    }

    @Test func keepsTheHeadingAndTheLinesOfTheProcesses() throws {
        let table = """
            UID        PID  PPID  C STIME TTY          TIME CMD
            root         7     1  0 18:46 ?        00:00:00 sh -c 8
            root         8     7  0 18:46 ?        00:00:00 sleep 7
            root        78     7  0 18:46 ?        00:00:00 sleep 7

            """
        let kept = """
            UID        PID  PPID  C STIME TTY          TIME CMD
            root         8     7  0 18:46 ?        00:00:00 sleep 7

            """
        #expect(try lines([8, 9], table) == kept)
        #expect(try lines([], table) == "UID        PID  PPID  C STIME TTY          TIME CMD\n")
        #expect(try lines([7, 8, 78], table) == table)
    }

    @Test func theColumnIsFoundWhereverItStands() throws {
        #expect(try lines([2], "COMMAND\tPID\na 1\nb 2\n") == "COMMAND\tPID\nb 2\n")
        #expect(try lines([2], "PID\n 1\n 2") == "PID\n 2\n")
    }

    @Test(arguments: ["", "\n", "COMMAND\nsleep\n", "SPID\n1\n"])
    func withoutTheColumn(_ table: String) {
        #expect(
            throws: RuntimeError(
                .failed, "ps: no column PID in what ps printed; give options that show it")
        ) { try lines([1], table) }
    }

    @Test func aLineWithoutANumber() {
        #expect(throws: RuntimeError(.failed, "ps: no process id in column 2 of \"my program 5\"")) {
            try lines([5], "COMMAND PID\nmy program 5\n")
        }
        #expect(throws: RuntimeError(.failed, "ps: no process id in column 2 of \"short\"")) {
            try lines([5], "COMMAND PID\nshort\n")
        }
    }
}
