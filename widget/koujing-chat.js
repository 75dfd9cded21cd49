/* Koujing website widget: the loader. A classic script; it adds the modules, the styles and one <koujing-chat>. */
(function () {
  'use strict';
  var script = document.currentScript;
  if (!script || window.KoujingChat || !window.customElements || !window.fetch) return;
  var modules = /*MODULES*/[];
  var waiting = [];

  function address(name) {
    return new URL(name, script.src).href;
  }

  var api = {
    base: address('.').replace(/\/widget\/.*$/, ''),
    styles: { href: address('koujing-chat.css') },
    on: function (name, listener) {
      function heard(event) {
        listener(event.detail);
      }
      window.addEventListener('koujing-chat:' + name, heard);
      return function () {
        window.removeEventListener('koujing-chat:' + name, heard);
      };
    },
    attach: function (element) {
      api.element = element;
      waiting.splice(0).forEach(function (call) {
        call();
      });
    }
  };
  // Calls made before the modules have come are kept and made then.
  ['open', 'close', 'toggle', 'send', 'setMode', 'reset'].forEach(function (name) {
    api[name] = function (given) {
      if (api.element) return api.element[name](given);
      waiting.push(function () {
        api[name](given);
      });
    };
  });
  window.KoujingChat = api;

  (modules.length ? modules : [{ src: 'element.js' }]).forEach(function (part) {
    var src = address(part.src || part.url);
    if (/css$/.test(src)) {
      api.styles = { href: src, integrity: part.integrity };
      return;
    }
    var tag = document.createElement('script');
    tag.type = 'module';
    tag.async = false;
    tag.crossOrigin = 'anonymous';
    tag.nonce = script.nonce;
    if (part.integrity) tag.integrity = part.integrity;
    tag.src = src;
    document.head.appendChild(tag);
  });

  function place() {
    if (document.querySelector('koujing-chat')) return;
    var element = document.createElement('koujing-chat');
    Object.assign(element.dataset, script.dataset);
    document.body.appendChild(element);
  }

  if (document.readyState !== 'loading') place();
  else document.addEventListener('DOMContentLoaded', place);
})();
