// The sound of a kentongan, made on the spot: a knock on hollow wood is two short tones that die away at once.
let context;

const tone = (at, frequency, level, length) => {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.setValueAtTime(frequency * 1.15, at);
  oscillator.frequency.exponentialRampToValueAtTime(frequency, at + 0.03);
  gain.gain.setValueAtTime(level, at);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
};

// A browser lets a page sound only after somebody has touched it: call this from a click.
export const allowSound = () => {
  context ??= new AudioContext();
  return context.resume();
};

// Where sounds are made, once that is allowed.
export const soundContext = () => (context?.state === "running" ? context : undefined);

export const silence = () => context?.suspend();

export const knock = () => {
  if (context?.state !== "running") return;
  for (const delay of [0, 0.22, 0.44, 0.58]) {
    const at = context.currentTime + 0.02 + delay;
    tone(at, 420, 0.9, 0.16);
    tone(at, 1130, 0.35, 0.06);
  }
};
