/** Of all bytes, by a polynomial with its bits reversed. */
function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}

const CASTAGNOLI = tableOf(0x82f63b78);
const ISO_3309 = tableOf(0xedb88320);

function check(table: Uint32Array, bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = table[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** The cyclic redundancy check CRC-32, as zip and PNG have it (ISO 3309; RFC 1952, section 8). */
export function crc32(bytes: Uint8Array): number {
  return check(ISO_3309, bytes);
}

/** The cyclic redundancy check CRC-32C (Castagnoli et al. 1993; RFC 3720, appendix B.4). */
export function crc32c(bytes: Uint8Array): number {
  return check(CASTAGNOLI, bytes);
}

/** The check as TensorFlow's record files hold it, rotated and moved, since a check of data with checks in it is weak. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const value = crc32c(bytes);
  return (((value >>> 15) | (value << 17)) + 0xa282ead8) >>> 0;
}
