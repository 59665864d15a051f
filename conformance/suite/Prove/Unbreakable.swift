extension Promise {
    /// Cases that nothing between case and runtime can make fail, each with the reason.
    static let unbreakable: [String: String] = [
        "device-access: is gone from a cgroup after a failed create": "none but the runtime attaches a filter",
        "device-access: is gone from a cgroup that stays": "none but the runtime attaches a filter",
        "mounts: cgroup: mounting leaves the host's mount as it was": "a mutant would change the host's mount",
        "namespaces: mount: new": "a mutant would mount on the host",
        "process: files of the caller's streams keep their owner": "a mutant would change the host's null device",
        "rootless: 2014-8989: setgroups is denied": "the kernel gives an ordinary user no other map",
        "rootfs: nothing is above it": "the kernel shows nothing above a root, whoever made it that",
    ]
}
