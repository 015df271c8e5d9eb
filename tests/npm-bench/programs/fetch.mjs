const response = await fetch(`${process.env.BASE_URL}/v1/outbound-calling`, {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-PolyAi-Auth-Token": "token" },
  body: JSON.stringify({ to_number: "+14155550100" }),
});
await response.json();
