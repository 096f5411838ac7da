// The work before a hold while very many want one: finds a number that, behind the challenge and a colon, hashes to
// enough leading zero bits, and sends the form. Without it the form counts after a short wait.
"use strict";

// The 32 bits behind the point of the square roots (initial state) and cube roots (rounds) of the first primes
// (FIPS 180-4, 4.2.2 and 5.3.3).
const primes = [];
for (let n = 2; primes.length < 64; n++) {
  if (primes.every((p) => n % p)) {
    primes.push(n);
  }
}
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const INITIAL = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const ROUNDS = primes.map((p) => fraction(Math.cbrt(p)));
const turn = (x, n) => (x >>> n) | (x << (32 - n));

// SHA-256 of an ASCII text, as eight 32-bit words. crypto.subtle would wait for the browser at every single one.
function sha256(text) {
  const blocks = Math.ceil((text.length + 9) / 64);
  const words = new Int32Array(blocks * 16);
  for (let i = 0; i < text.length; i++) {
    words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  }
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  words[words.length - 1] = text.length * 8;
  const state = Int32Array.from(INITIAL);
  const w = new Int32Array(64);
  for (let block = 0; block < blocks; block++) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = words[block * 16 + i];
      } else {
        const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
  }
  return state;
}

const form = document.querySelector("form[data-work]");
if (form) {
  const { work: challenge, bits } = form.dataset;
  const status = document.getElementById("work-status");
  status.textContent = status.dataset.working;
  let number = 0;
  const step = () => {
    // In short turns, so that the page stays alive.
    for (const end = number + 2000; number < end; number++) {
      if (Math.clz32(sha256(`${challenge}:${number}`)[0]) >= Number(bits)) {
        form.elements.antwort.value = number;
        form.submit();
        return;
      }
    }
    setTimeout(step);
  };
  step();
}
