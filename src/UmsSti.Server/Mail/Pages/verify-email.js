"use strict";

const link = new URLSearchParams(location.hash.slice(1));
const button = document.getElementById("confirm");
const answer = document.getElementById("answer");

button.addEventListener("click", async () => {
  button.disabled = true;
  const response = await fetch(`/api/v1/users/${encodeURIComponent(link.get("user") ?? "")}/email/verify`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: link.get("token") ?? "" }),
  });
  answer.textContent = response.ok
    ? "Confirmed. / Bestätigt."
    : (await response.json()).detail;
  button.disabled = response.ok;
});
