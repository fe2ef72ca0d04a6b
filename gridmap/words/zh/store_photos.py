"""Words of the store about photos."""

WORDS = {"unknown_photo": "照片 {photo}：没有该编号的照片。请看：gridmap issues photos"}
