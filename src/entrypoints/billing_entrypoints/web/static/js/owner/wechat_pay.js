// Opens WeChat's own payment window. What it says is a hint only: the result page asks the server.
(function () {
  const place = document.querySelector("[data-wechat-pay]");
  if (!place) return;
  const again = document.querySelector("[data-pay-again]");

  function pay() {
    window.WeixinJSBridge.invoke(
      "getBrandWCPayRequest",
      JSON.parse(place.dataset.wechatPay),
      () => window.location.replace(place.dataset.result),
    );
  }

  function start() {
    again.hidden = false;
    again.addEventListener("click", pay);
    pay();
  }

  if (window.WeixinJSBridge) start();
  else document.addEventListener("WeixinJSBridgeReady", start, { once: true });
})();
