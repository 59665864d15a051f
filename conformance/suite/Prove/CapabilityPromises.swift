import CLinux
import Glibc

extension Promise {
    /// Promises of what a program may do: no more than it is given, and no less.
    static var ofCapabilities: [Promise] {
        [
            .config(
                "capabilities.all", "every set has every capability",
                [
                    "the effective set", "the permitted set", "the inheritable set", "the bounding set",
                    "the host sees the same sets", "as an ordinary user: permitted and effective stay",
                    "as an ordinary user: ambient is effective after exec",
                    "as an ordinary user: none without ambient after exec",
                    "inheritable is empty when it is not listed", "ambient is empty when it is not listed",
                    "absent: none, and none can be had", "an empty object: none",
                    "what is not effective is refused by the kernel",
                    "the bounding set holds for set-user-id programs",
                    "an ambient one that is not permitted does not fail",
                ].map { "capabilities: " + $0 }
            ) { config in
                for set in sets { config["process", "capabilities", .key(set)] = JSON(everyName) }
            },
            .config(
                "capabilities.none", "the program has none",
                [
                    "every capability that the caller has", "one that is effective works",
                    "names in the order of the kernel's last ones", "the host sees the same sets",
                    "as an ordinary user: permitted and effective stay",
                ].map { "capabilities: " + $0 }
            ) { config in config["process", "capabilities"] = nil },
            Promise(
                "capabilities.securebits", "the program has other secure bits than a user's programs",
                ["capabilities: secure bits are as usual"]
            ) { call in
                // Not fixed up when user ids change: only those lose capabilities by it who asked for it.
                let noFixup: UInt = 1 << 2
                if call.creates { _ = cl_prctl(28, noFixup, 0, 0, 0) }
                return call.real()
            },
        ]
    }

    private static let sets = ["effective", "permitted", "inheritable", "bounding", "ambient"]
    private static let everyName = [
        "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE", "NET_ADMIN",
        "SYS_CHROOT", "SYS_PTRACE", "SYS_ADMIN", "MKNOD", "AUDIT_WRITE", "SETFCAP",
    ].map { "CAP_" + $0 }

    /// Promises of the program's memory policy.
    static var ofMemoryPolicy: [Promise] {
        let titles = Group.ofMemoryPolicy.cases.map { "memory policy: " + $0.name }
        return [
            .config(
                "memory-policy.passed-over", "a memory policy is passed over",
                titles.filter { !$0.hasSuffix("MPOL_DEFAULT") }
            ) { config in config["linux", "memoryPolicy"] = nil },
            .config("memory-policy.local", "every memory policy is the local one", ["memory policy: MPOL_DEFAULT"]) {
                config in
                if config["linux", "memoryPolicy"] != nil { config["linux", "memoryPolicy"] = ["mode": "MPOL_LOCAL"] }
            },
        ]
    }
}
