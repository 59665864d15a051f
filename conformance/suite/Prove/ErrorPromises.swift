extension Promise {
    /// Promises of the errors of every verb.
    static var ofErrors: [Promise] {
        let cases = Group.verbErrors.cases.map { "errors: \($0.name)" }
        return [
            Promise("errors.log", "nothing is written to the log", cases) { call in
                call.log == nil ? call.real() : call.without("--log", valued: true)
            },
            Promise("errors.harmless", "what fails leaves a directory in the state root", cases) { call in
                let status = call.real()
                if status != 0 {
                    File.makeDirectory(call.root)
                    File.makeDirectory(call.root + "/left-by-a-mutant")
                }
                return status
            },
            Promise("errors.flags", "a flag that is not known is no error", cases) { call in
                call.has("--no-such-option") ? 0 : call.real()
            },
        ]
    }
}
