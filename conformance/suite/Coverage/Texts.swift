extension Coverage {
    /// The index, in the order of the documents.
    static let texts = [
        runtimeText, operationsText, featuresText, configText, mountOptionsText, hooksText, linuxText, cgroupsText,
        linuxRestText,
    ]
}
