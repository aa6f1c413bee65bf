// On a page that waits (status 202): ask again in the background, and go on when there is something to see.
// Without scripts the page reloads itself.
const ask = async () => {
  try {
    const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
    if (answer.status !== 202 && answer.status !== 503) return location.replace(location.href);
  } catch { /* no connection: try again */ }
  setTimeout(ask, 1500);
};
setTimeout(ask, 1000);
