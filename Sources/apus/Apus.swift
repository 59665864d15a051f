@main enum Apus {
    static func main() {}
}
