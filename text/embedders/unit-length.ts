/** Vectors of length 1, whose dot product is their cosine. */

/** The vector scaled to unit length, in place. A vector of zeros becomes the first axis: it has no direction. */
export function toUnitLength(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  if (square === 0) {
    vector[0] = 1;
    return vector;
  }
  const scale = 1 / Math.sqrt(square);
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) * scale;
  return vector;
}
