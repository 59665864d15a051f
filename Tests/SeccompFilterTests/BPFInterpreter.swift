import Testing

/// Runs a classic packet filter over one system call, as the kernel would. bpf(4), seccomp(2)
struct BPFInterpreter {
    /// What a filter sees of a call: struct seccomp_data.
    struct Call {
        var number: UInt32
        var architecture: UInt32 = Architecture.x86x64
        var arguments: [UInt64] = []

        /// The 32 bits at `offset`, on a little-endian machine.
        func word(_ offset: UInt32) -> UInt32? {
            switch offset {
            case 0: return number
            case 4: return architecture
            case 8, 12: return 0
            case 16..<64 where offset % 4 == 0:
                let index = Int(offset - 16) / 8
                let argument = index < arguments.count ? arguments[index] : 0
                return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
            default: return nil
            }
        }
    }

    enum Architecture {
        static let x86x64: UInt32 = 0xc000_003e
        static let x86: UInt32 = 0x4000_0003
        static let arm: UInt32 = 0x4000_0028
        static let aarch64: UInt32 = 0xc000_00b7
    }

    struct Instruction {
        var code: UInt16
        var ifTrue: Int
        var ifFalse: Int
        var operand: UInt32
    }

    enum Fault: Error, Equatable {
        case ranOff, badLoad(UInt32), unknown(UInt16)
    }

    let instructions: [Instruction]

    init(_ bytes: [UInt8]) {
        var list: [Instruction] = []
        for start in stride(from: 0, to: bytes.count - bytes.count % 8, by: 8) {
            var operand: UInt32 = 0
            for index in (4..<8).reversed() { operand = operand << 8 | UInt32(bytes[start + index]) }
            list.append(
                Instruction(
                    code: UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8, ifTrue: Int(bytes[start + 2]),
                    ifFalse: Int(bytes[start + 3]), operand: operand))
        }
        instructions = list
    }

    /// The filter's answer: SECCOMP_RET_* with its data.
    func answer(_ call: Call) throws -> UInt32 {
        var accumulator: UInt32 = 0
        var index: UInt32 = 0
        var memory = [UInt32](repeating: 0, count: 16)
        var place = 0
        while place < instructions.count {
            let step = instructions[place]
            place += 1
            let source = step.code & 0x08 == 0 ? step.operand : index
            switch step.code & 0x07 {
            case 0x00:  // BPF_LD
                switch step.code {
                case 0x20:
                    guard let word = call.word(step.operand) else { throw Fault.badLoad(step.operand) }
                    accumulator = word
                case 0x00: accumulator = step.operand
                case 0x60: accumulator = memory[Int(step.operand)]
                default: throw Fault.unknown(step.code)
                }
            case 0x01:  // BPF_LDX
                switch step.code {
                case 0x01: index = step.operand
                case 0x61: index = memory[Int(step.operand)]
                default: throw Fault.unknown(step.code)
                }
            case 0x02: memory[Int(step.operand)] = accumulator  // BPF_ST
            case 0x03: memory[Int(step.operand)] = index  // BPF_STX
            case 0x04:  // BPF_ALU
                switch step.code & 0xf0 {
                case 0x50: accumulator &= source
                case 0x40: accumulator |= source
                default: throw Fault.unknown(step.code)
                }
            case 0x05:  // BPF_JMP
                switch step.code & 0xf0 {
                case 0x00: place += Int(step.operand)
                case 0x10: place += accumulator == source ? step.ifTrue : step.ifFalse
                case 0x20: place += accumulator > source ? step.ifTrue : step.ifFalse
                case 0x30: place += accumulator >= source ? step.ifTrue : step.ifFalse
                case 0x40: place += accumulator & source != 0 ? step.ifTrue : step.ifFalse
                default: throw Fault.unknown(step.code)
                }
            case 0x06: return step.operand  // BPF_RET
            case 0x07:  // BPF_MISC
                if step.code == 0x87 { accumulator = index } else { index = accumulator }
            default: throw Fault.unknown(step.code)
            }
        }
        throw Fault.ranOff
    }
}
