// First of all, and in words that every Node with modules understands: what comes after may not even parse there.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Keyledger needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
