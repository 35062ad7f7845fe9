// Loaded before Prism, so that it ends with the test that started it, however that ends.

process.stdin.resume().on("end", () => process.exit());
