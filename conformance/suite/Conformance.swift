@main enum Conformance {
    static func main() {}
}
