import Kernel

/// Moves network interfaces of the host into the container's network namespace (config-linux.md, "Network Devices").
///
/// They keep what the kernel keeps, and get their permanent global addresses again, which it takes away. Nothing moves
/// them back but a container that cannot be made.
struct NetDevices: ~Copyable {
    private struct Moved {
        let plan: NetDevicePlan
        let was: NetworkLink
        let addresses: [NetworkAddress]
        let link: NetworkLink
    }

    private var host: Netlink
    private var container: Netlink
    private let hostNamespace: SharedDescriptor
    private let namespace: SharedDescriptor
    private var moved: [Moved] = []

    /// `namespace` is the open file of the container's network namespace.
    init(into namespace: SharedDescriptor) throws(RuntimeError) {
        let pointer = "/linux/netDevices"
        let hostNamespace = try attempt("open apus's network namespace", at: pointer) { () throws(Errno) in
            SharedDescriptor(try File.open("/proc/self/ns/net", [.readOnly]))
        }
        let host = try attempt("reach the host's network interfaces", at: pointer) { () throws(Errno) in
            try Netlink()
        }
        let container = try attempt("reach the container's network interfaces", at: pointer) { () throws(Errno) in
            try Netlink(in: namespace.raw)
        }
        self.hostNamespace = hostNamespace
        self.host = host
        self.container = container
        self.namespace = namespace
    }

    /// Moves one interface, gives it its name and addresses, and sets it up.
    mutating func move(_ plan: NetDevicePlan) throws(RuntimeError) {
        let was: NetworkLink
        let addresses: [NetworkAddress]
        let before: [NetworkLink]
        do throws(Errno) {
            was = try host.link(named: plan.name)
            addresses = try host.addresses(of: was).filter { $0.isPermanent && $0.isGlobal }
            before = try container.links()
            // The kernel would move it first and then fail to give it the name.
            if before.contains(where: { $0.name == plan.inside }) { throw .fileExists }
        } catch {
            throw Self.refusal(plan, error)
        }
        var failure: Errno?
        do throws(Errno) {
            try host.move(was, to: namespace.raw, as: plan.inside)
        } catch {
            failure = error
        }
        let link: NetworkLink
        do throws(Errno) {
            link = try Self.arrived(try container.links(), before: before)
        } catch {
            throw Self.refusal(plan, failure ?? error)
        }
        moved.append(Moved(plan: plan, was: was, addresses: addresses, link: link))
        if let failure { throw Self.refusal(plan, failure) }
        do throws(Errno) {
            for address in addresses {
                var address = address
                address.label = address.label(from: was.name, to: link.name)
                try container.add(address, to: link)
            }
            try container.setUp(link)
        } catch {
            throw RuntimeError("set the network interface \(link.name) up in the container", error, at: plan.pointer)
        }
    }

    private static func refusal(_ plan: NetDevicePlan, _ error: Errno) -> RuntimeError {
        let hint: String? =
            switch error {
            case .noSuchDevice: "there is no such interface"
            case .fileExists: "the container has an interface of that name"
            case .invalidArgument: "the kernel does not let this kind of interface go"
            default: nil
            }
        return RuntimeError(
            "move the network interface \(plan.name) into the container as \(plan.inside)", error, at: plan.pointer,
            hint: hint)
    }

    /// The kernel may have given it another number and the last digits of its name.
    private static func arrived(_ links: [NetworkLink], before: [NetworkLink]) throws(Errno) -> NetworkLink {
        for link in links where !before.contains(where: { $0.index == link.index }) { return link }
        throw .noSuchDevice
    }

    /// Gives the host back what was moved, for a container that is not to be.
    mutating func takeBack(_ warnings: Warnings) {
        while let last = moved.popLast() {
            do throws(Errno) {
                try container.move(last.link, to: hostNamespace.raw, as: last.was.name)
                let link = try host.link(named: last.was.name)
                for address in last.addresses { try host.add(address, to: link) }
                if last.was.isUp { try host.setUp(link) }
            } catch {
                warnings.add("move the network interface \(last.was.name) back to the host: \(error.message)")
            }
        }
    }
}

extension Creation {
    /// Moves the interfaces of the plan into the namespace that init is in by now.
    mutating func moveNetDevices() throws(RuntimeError) {
        guard let pid = child.pid else { throw child.silentDeath() }
        let namespace = try attempt("open the container's network namespace", at: "/linux/netDevices") {
            () throws(Errno) in SharedDescriptor(try prepared.proc.openNamespace(.network, of: pid))
        }
        netDevices = try NetDevices(into: namespace)
        for plan in prepared.plan.netDevices { try netDevices?.move(plan) }
        try child.tell(.linksMoved)
    }
}
