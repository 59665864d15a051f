import Cgroups
import Testing

@testable import Runtime

@Suite struct PlanDeviceAccessTests {
    private func document(_ rules: String) -> PlanDocument {
        PlanDocument().with("linux/resources", "{\"devices\":[\(rules)]}")
    }

    private static let denyAll = DeviceRule(allow: false, .all, nil, nil, .all)

    @Test(
        arguments: [
            ("{\"allow\":false}", denyAll), ("{\"allow\":false,\"access\":\"rwm\"}", denyAll),
            ("{\"allow\":false,\"type\":\"a\",\"major\":-1,\"minor\":-1,\"access\":\"mwrr\"}", denyAll),
            (
                "{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rw\"}",
                DeviceRule(allow: true, .character, 10, 229, [.read, .write])
            ),
            (
                "{\"allow\":true,\"type\":\"u\",\"major\":0,\"access\":\"r\"}",
                DeviceRule(allow: true, .character, 0, nil, .read)
            ),
            (
                "{\"allow\":false,\"type\":\"b\",\"major\":-1,\"minor\":4294967295,\"access\":\"m\"}",
                DeviceRule(allow: false, .block, nil, 4_294_967_295, .mknod)
            ),
            ("{\"allow\":true,\"major\":1,\"minor\":3}", DeviceRule(allow: true, .all, 1, 3, .all)),
        ] as [(String, DeviceRule)])
    func aRuleStandsBetweenThoseOfEveryContainer(_ json: String, _ rule: DeviceRule) throws {
        #expect(try document(json).plan().deviceRules == [Self.denyAll, rule] + DeviceRule.indispensable)
    }

    @Test func theOrderIsThatOfTheDocument() throws {
        let plan = try document("{\"allow\":true},{\"allow\":false,\"type\":\"b\"},{\"allow\":true,\"type\":\"c\"}")
            .plan()
        #expect(
            plan.deviceRules
                == DeviceRule.policy([
                    DeviceRule(allow: true, .all, nil, nil, .all), DeviceRule(allow: false, .block, nil, nil, .all),
                    DeviceRule(allow: true, .character, nil, nil, .all),
                ]))
        #expect(plan.warnings.isEmpty)
    }

    private static let nodes = """
        [{"type":"c","path":"/dev/fuse","major":10,"minor":229},{"type":"p","path":"/dev/fifo"},
         {"type":"b","path":"/dev/sda","major":8,"minor":0},{"type":"u","path":"/dev/u","major":60,"minor":1}]
        """

    @Test(arguments: ["{}", "{\"devices\":[]}", nil])
    func withoutRulesTheNodesAreAllowed(_ resources: String?) throws {
        var document = PlanDocument().with("linux/devices", Self.nodes)
        if let resources { document = document.with("linux/resources", resources) }
        #expect(
            try document.plan().deviceRules
                == DeviceRule.policy([
                    DeviceRule(allow: true, .character, 10, 229, .all), DeviceRule(allow: true, .block, 8, 0, .all),
                    DeviceRule(allow: true, .character, 60, 1, .all),
                ]))
    }

    @Test func withRulesTheNodesAreNot() throws {
        #expect(
            try document("{\"allow\":false}").with("linux/devices", Self.nodes).plan().deviceRules
                == DeviceRule.policy([Self.denyAll]))
    }

    @Test func nothingSaidIsTheDefaults() throws {
        #expect(try PlanDocument().plan().deviceRules == DeviceRule.policy([]))
    }

    @Test(arguments: [
        ("\"access\":\"banana\"", "/access: must be made of the letters r, w and m, is \"banana\""),
        ("\"access\":\"\"", "/access: must be made of the letters r, w and m, is \"\""),
        ("\"access\":\"rW\"", "/access: must be made of the letters r, w and m, is \"rW\""),
        ("\"type\":\"p\",\"access\":\"r\"", "/type: must be one of a, b, c and u, is \"p\""),
        ("\"type\":\"\"", "/type: must be one of a, b, c and u, is \"\""),
        ("\"type\":\"C\"", "/type: must be one of a, b, c and u, is \"C\""),
        ("\"type\":\"c\",\"major\":-2,\"minor\":3", "/major: must be a device number, or -1 for all, is -2"),
        (
            "\"type\":\"c\",\"major\":1,\"minor\":4294967296",
            "/minor: must be a device number, or -1 for all, is 4294967296"
        ),
    ])
    func aWrongRuleIsRefused(_ members: String, _ message: String) throws {
        #expect(
            try document("{\"allow\":false},{\"allow\":true,\(members)}").problems()
                == "/linux/resources/devices/1" + message)
    }

    @Test func moreRulesThanAProgramHoldsAreRefused() throws {
        let rules = [String](repeating: "{\"allow\":true}", count: 1025).joined(separator: ",")
        #expect(
            try document(rules).problems() == "/linux/resources/devices: must have at most 1024 rules, has 1025")
        #expect(try document(String(rules.dropLast(15))).problems() == nil)
    }
}
