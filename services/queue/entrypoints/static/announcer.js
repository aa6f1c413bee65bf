// Says calls aloud, one after the other: a knock, then Indonesian, then English. By a voice of this device where it
// has one for the language (one that needs no other site), else by the words that are shipped in voice-*.opus.
import { CLIPS } from "./clips.js";
import { allowSound, knock, silence, soundContext } from "./knock.js";

const KNOCK = 1100; // how long a knock is listened to
const PATIENCE = 15000; // no voice takes longer; one that has got stuck is not waited for
const SENTENCE = {
  id: ({ number, counter }) => `Nomor ${number}. Silakan ke ${counter}.`,
  en: ({ number, counter }) => `Number ${number}. Please go to ${counter}.`,
};
const ACCENT = { id: "id-ID", en: "en-GB" };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const voiceFor = (code) => {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  const speaks = ({ lang, localService }) => localService && lang.toLowerCase().split(/[-_]/)[0] === code;
  return voices.find((voice) => speaks(voice) && voice.lang.replace("_", "-") === ACCENT[code]) ?? voices.find(speaks);
};

// `A-017` is said sign by sign: A, 0, 1, 7.
const signs = (number) => [...number.replace(/[^A-Za-z0-9]/g, "")];

const byVoice = (voice, code, call) => new Promise((resolve, reject) => {
  const words = SENTENCE[code]({ number: signs(call.number).join(", "), counter: call.aloud[code] });
  const said = new SpeechSynthesisUtterance(words);
  said.voice = voice;
  said.lang = voice.lang;
  said.rate = 0.9;
  const stuck = setTimeout(() => { speechSynthesis.cancel(); resolve(); }, PATIENCE);
  said.onend = () => { clearTimeout(stuck); resolve(); };
  said.onerror = () => { clearTimeout(stuck); reject(new Error(`${voice.name} is silent`)); };
  speechSynthesis.speak(said);
});

const sounds = {};
const soundOf = (code) => sounds[code] ??= fetch(new URL(`./voice-${code}.opus`, import.meta.url))
  .then((answer) => answer.arrayBuffer())
  .then((bytes) => soundContext().decodeAudioData(bytes))
  .catch((error) => { delete sounds[code]; throw error; });

// The clips of a call: words that are not known are left to the screen.
export const clipsOf = (code, { number, aloud }) => {
  const known = CLIPS[code];
  const words = (text) => (text.toLowerCase().match(/[a-z]+|[0-9]/g) ?? []).filter((word) => word in known);
  return ["number", ...words(signs(number).join(" ")), "go", ...words(aloud[code])];
};

const byClips = async (code, call) => {
  const buffer = await soundOf(code);
  for (const clip of clipsOf(code, call)) {
    const [begin, length] = CLIPS[code][clip];
    const source = soundContext().createBufferSource();
    source.buffer = buffer;
    source.connect(soundContext().destination);
    source.start(0, begin, length + 0.05);
    await pause(length * 1000 + 90);
  }
};

const say = async (code, call) => {
  const voice = voiceFor(code);
  try {
    await (voice ? byVoice(voice, code, call) : byClips(code, call));
  } catch {
    if (voice) await byClips(code, call).catch(() => {}); // the knock and the screen have told it
  }
};

// Calls that wait to be said: one a counter, since only its latest call still counts.
const waiting = new Map();
let speaking = false;

// `stillTrue` is asked again when its turn has come; `begun` is told, so that the screen can point at it.
export const announce = (call, { stillTrue, begun }) => {
  waiting.delete(call.desk);
  waiting.set(call.desk, { call, stillTrue, begun });
  if (!speaking) work();
};

const work = async () => {
  speaking = true;
  while (waiting.size) {
    const [[desk, { call, stillTrue, begun }]] = waiting;
    waiting.delete(desk);
    if (!stillTrue(call) || !soundContext()) continue;
    begun(call);
    knock();
    await pause(KNOCK);
    for (const code of Object.keys(SENTENCE)) await say(code, call);
  }
  speaking = false;
};

export const hush = () => {
  waiting.clear();
  window.speechSynthesis?.cancel();
  return silence();
};

export { allowSound };
