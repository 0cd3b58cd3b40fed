/** The checksum of ZIP members and of the chunks of a PNG. */

/** Table n advances a byte by n further bytes. */
const CRC = [0, 1, 2, 3].map(() => new Uint32Array(256)) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  CRC[0][byte] = value;
}
for (let table = 1; table < 4; table++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = CRC[table - 1]?.[byte] ?? 0;
    (CRC[table] ?? CRC[0])[byte] = (before >>> 8) ^ (CRC[0][before & 0xff] ?? 0);
  }
}

/** Four bytes at a time. @source ISO 3309; APPNOTE 6.3.10 §4.4.7; ISO/IEC 15948:2004 annex D */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = CRC;
  const whole = bytes.length - (bytes.length % 4);
  let value = -1;
  for (let i = 0; i < whole; i += 4) {
    const a = (value ^ (bytes[i] ?? 0)) & 0xff;
    const b = ((value >>> 8) ^ (bytes[i + 1] ?? 0)) & 0xff;
    const c = ((value >>> 16) ^ (bytes[i + 2] ?? 0)) & 0xff;
    const d = ((value >>> 24) ^ (bytes[i + 3] ?? 0)) & 0xff;
    value = (t3[a] ?? 0) ^ (t2[b] ?? 0) ^ (t1[c] ?? 0) ^ (t0[d] ?? 0);
  }
  for (let i = whole; i < bytes.length; i++) value = (t0[(value ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ -1) >>> 0;
}
