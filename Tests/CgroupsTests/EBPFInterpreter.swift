import Kernel

/// Runs a device program over one access, as the kernel would. bpf(2)
struct EBPFInterpreter {
    enum Fault: Error, Equatable {
        case ranOff
        case badLoad(Int)
        case unset(Int)
        case unknown(UInt8)
        /// The kernel's check refuses such a program.
        case unreachable(Int)
    }

    struct Instruction {
        var code: UInt8
        var target: Int
        var source: Int
        var offset: Int
        var operand: UInt32

        init(_ encoded: UInt64) {
            code = UInt8(truncatingIfNeeded: encoded)
            target = Int(encoded >> 8 & 0xF)
            source = Int(encoded >> 12 & 0xF)
            offset = Int(Int16(truncatingIfNeeded: encoded >> 16))
            operand = UInt32(truncatingIfNeeded: encoded >> 32)
        }

        var isJump: Bool { [0x05, 0x16, 0x46, 0x56].contains(code) }
    }

    let instructions: [Instruction]

    /// Takes only a program whose every instruction can be reached and that ends within itself.
    init(_ program: [BPF.Instruction]) throws {
        instructions = program.map { Instruction($0.encoded) }
        var reached = Set<Int>()
        var open = [0]
        while let place = open.popLast() {
            guard instructions.indices.contains(place) else { throw Fault.ranOff }
            guard reached.insert(place).inserted else { continue }
            let step = instructions[place]
            if step.code == 0x95 { continue }
            if step.code != 0x05 { open.append(place + 1) }
            if step.isJump { open.append(place + 1 + step.offset) }
        }
        for place in instructions.indices where !reached.contains(place) { throw Fault.unreachable(place) }
    }

    /// What the program answers to an access of the kinds in `access` to a device.
    func answer(type: UInt32, access: UInt32, major: UInt32, minor: UInt32) throws -> UInt32 {
        let context = [access << 16 | type, major, minor]
        var registers: [UInt32?] = [nil, 0, nil, nil, nil, nil, nil, nil, nil, nil, nil]
        func value(_ number: Int) throws -> UInt32 {
            guard let value = registers[number] else { throw Fault.unset(number) }
            return value
        }
        var place = 0
        while place < instructions.count {
            let step = instructions[place]
            place += 1
            switch step.code {
            case 0x61:
                guard step.source == 1, [0, 4, 8].contains(step.offset) else { throw Fault.badLoad(step.offset) }
                registers[step.target] = context[step.offset / 4]
            case 0xbc: registers[step.target] = try value(step.source)
            case 0xb4: registers[step.target] = step.operand
            case 0x54: registers[step.target] = try value(step.target) & step.operand
            case 0x4c: registers[step.target] = try value(step.target) | value(step.source)
            case 0x64: registers[step.target] = try value(step.target) << step.operand
            case 0x74: registers[step.target] = try value(step.target) >> step.operand
            case 0x05: place += step.offset
            case 0x16: if try value(step.target) == step.operand { place += step.offset }
            case 0x56: if try value(step.target) != step.operand { place += step.offset }
            case 0x46: if try value(step.target) & step.operand != 0 { place += step.offset }
            case 0x95: return try value(0)
            default: throw Fault.unknown(step.code)
            }
        }
        throw Fault.ranOff
    }

    /// The program in words, an instruction a line.
    var listing: [String] {
        instructions.enumerated().map { index, step in
            var operand = "\(step.operand)"
            if step.isJump, step.target == 1 { operand = "\(step.operand >> 20):\(step.operand & 0xF_FFFF)" }
            if step.code == 0x54, step.operand > 0xFFFF { operand = "~\(~step.operand)" }
            let goal = index + 1 + step.offset
            switch step.code {
            case 0x61: return "r\(step.target) = [r\(step.source)+\(step.offset)]"
            case 0xbc: return "r\(step.target) = r\(step.source)"
            case 0xb4: return "r\(step.target) = \(operand)"
            case 0x54: return "r\(step.target) &= \(operand)"
            case 0x4c: return "r\(step.target) |= r\(step.source)"
            case 0x64: return "r\(step.target) <<= \(operand)"
            case 0x74: return "r\(step.target) >>= \(operand)"
            case 0x05: return "goto \(goal)"
            case 0x16: return "if r\(step.target) == \(operand) goto \(goal)"
            case 0x56: return "if r\(step.target) != \(operand) goto \(goal)"
            case 0x46: return "if r\(step.target) & \(operand) goto \(goal)"
            case 0x95: return "exit"
            default: return "unknown \(step.code)"
            }
        }
    }
}
