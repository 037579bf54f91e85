"""Reads QR codes back out of pictures, in Chromium, with the reader the gate uses."""

READ_PICTURE = """async (picture) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const drawn = canvas.getContext("2d");
  drawn.drawImage(image, 0, 0);
  const pixels = drawn.getImageData(0, 0, image.width, image.height);
  const found = jsQR(pixels.data, image.width, image.height);
  return found ? found.data : "nothing found";
}"""
