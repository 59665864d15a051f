internal import Glibc

/// Functions of real numbers that the standard library does not have.
package enum RealNumber {
    /// The logarithm to base 2. log2(3)
    package static func log2(_ value: Double) -> Double { Glibc.log2(value) }

    /// `base` to the power of `exponent`. pow(3)
    package static func power(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }
}
