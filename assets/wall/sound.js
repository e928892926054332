/* The sound of an alarm: two tones, three times. Browsers allow it once somebody has touched the page; a page that loads
 * itself anew has it from the one before, and a browser may be started so that it allows it from the first.
 *
 * sound() -> {allowed(), allow(), ring()}
 */
const TONES = [880, 660];
const LENGTH = 0.28;

export function sound() {
  const audio = new AudioContext();

  function tone(frequency, at) {
    const [source, volume] = [audio.createOscillator(), audio.createGain()];
    source.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH);
    source.connect(volume).connect(audio.destination);
    source.start(at);
    source.stop(at + LENGTH);
  }

  return {
    allow: () => audio.resume(),
    allowed: () => audio.state === "running",
    ring() {
      if (audio.state !== "running") return;
      for (let turn = 0; turn < 3; turn += 1) {
        TONES.forEach((frequency, n) => tone(frequency, audio.currentTime + turn * 0.9 + n * LENGTH));
      }
    },
  };
}
