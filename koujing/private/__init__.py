"""Personal data (个人信息) in what people say: found by form and by the words around it, and hidden. Knows no store and no desk."""
