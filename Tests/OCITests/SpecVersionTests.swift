import Testing

@testable import OCI

@Suite struct SpecVersionTests {
    @Test(
        arguments: [
            ("1.3.0", 1, 3, 0, nil, nil), ("0.0.4", 0, 0, 4, nil, nil), ("10.20.30", 10, 20, 30, nil, nil),
            ("1.0.0-rc5-dev", 1, 0, 0, "rc5-dev", nil), ("1.2.3-0.a.0a+001.x", 1, 2, 3, "0.a.0a", "001.x"),
            ("1.0.2+build-7", 1, 0, 2, nil, "build-7"), ("1.0.0--", 1, 0, 0, "-", nil),
        ] as [(String, UInt64, UInt64, UInt64, String?, String?)])
    func legal(
        _ text: String, _ major: UInt64, _ minor: UInt64, _ patch: UInt64, _ prerelease: String?, _ build: String?
    ) {
        let version = SpecVersion(text)
        #expect(version?.major == major)
        #expect(version?.minor == minor)
        #expect(version?.patch == patch)
        #expect(version?.prerelease == prerelease)
        #expect(version?.build == build)
    }

    @Test(arguments: [
        "", "1", "1.0", "1.0.0.0", "v1.0.0", " 1.0.0", "1.0.0 ", "01.0.0", "1.00.0", "1.0.01", "1.0.x", "1..0",
        "-1.0.0",
        "1.0.0-", "1.0.0+", "1.0.0-a..b", "1.0.0-01", "1.0.0-a_b", "1.0.0+a+b", "1.0.0-é", "99999999999999999999.0.0",
        "1.0.0\n", "１.0.0",
    ])
    func garbage(_ text: String) {
        #expect(SpecVersion(text) == nil)
    }

    @Test func verdicts() {
        for text in ["1.0.0", "1.0.0-rc1", "1.0.2-dev", "1.1.0+dev", "1.2.1", "1.3.0", "1.3.99", SpecVersion.minimum] {
            #expect(SpecVersion.verdict(text) == .supported)
        }
        let warning = "/ociVersion: \"1.4.0-rc.1\" is newer than 1.3.0: fields that came later are ignored"
        #expect(SpecVersion.verdict("1.4.0-rc.1") == .newer(warning))
        #expect(SpecVersion.verdict("0.9.0") == .refused("must be of major version 1, is \"0.9.0\""))
        #expect(SpecVersion.verdict("2.0.0") == .refused("must be of major version 1, is \"2.0.0\""))
        #expect(SpecVersion.verdict("latest\n") == .refused("must be a version such as 1.3.0, is \"latest\\n\""))
    }
}
